package io.tidemark.log.transport;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.tidemark.storage.redo.Frame;
import java.util.concurrent.TimeUnit;

/// The way to another node: one connection, made when needed, for any number of streams. Safe for
/// any number of threads; listeners are called on the threads of the network and must not block
/// there.
public final class NodeChannel implements AutoCloseable {
  /// What may be on its way to a receiver that has not asked for it.
  static final int FLOW_CONTROL_BYTES = 1 << 20;

  /// A node that has been silent for so long is asked whether it is there, and is gone if it does
  /// not answer within the same time.
  static final int KEEP_ALIVE_SECONDS = 5;

  /// The largest answer: a whole frame and what is around it.
  private static final int MAX_ANSWER_BYTES = Frame.MAX_BODY_BYTES + (2 << 20);

  private final NodeAddress address;
  private final NodeCredentials credentials;
  private final ManagedChannel channel;

  private NodeChannel(NodeAddress address, NodeCredentials credentials, ManagedChannel channel) {
    this.address = address;
    this.credentials = credentials;
    this.channel = channel;
  }

  public static NodeChannel open(NodeAddress address, NodeCredentials credentials) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.host(), address.port())
            .directExecutor()
            .disableRetry()
            .disableServiceConfigLookUp()
            .proxyDetector(target -> null)
            .maxInboundMessageSize(MAX_ANSWER_BYTES)
            .flowControlWindow(FLOW_CONTROL_BYTES)
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveWithoutCalls(false);
    credentials.client().ifPresentOrElse(builder::sslContext, builder::usePlaintext);
    return new NodeChannel(address, credentials, builder.build());
  }

  public NodeAddress address() {
    return address;
  }

  /// Begins a stream. It fails at once, through the listener, if the node cannot be reached now;
  /// who tries again, and when, is the caller's choice.
  public ClientCall<OutgoingMessage, IncomingMessage> start(
      NodeMethod method, ClientCall.Listener<IncomingMessage> listener) {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      // It would answer with its last failure, and connect in the background: begin anew instead.
      channel.enterIdle();
    }
    ClientCall<OutgoingMessage, IncomingMessage> call =
        channel.newCall(method.client(), CallOptions.DEFAULT);
    call.start(listener, credentials.headers());
    return call;
  }

  /// Ends all streams at once.
  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
