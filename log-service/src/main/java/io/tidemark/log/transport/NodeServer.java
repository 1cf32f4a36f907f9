package io.tidemark.log.transport;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The port at which a node serves streams to other nodes. Safe for any number of threads.
///
/// Services are called on the threads of the network and must not block there.
public final class NodeServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);

  /// gRPC warns, with a stack trace, of each stream that its client cancels while something is on
  /// its way to it: that is how a subscriber leaves. Held here, or the level would be forgotten.
  private static final java.util.logging.Logger STREAM_ERRORS =
      java.util.logging.Logger.getLogger("io.grpc.netty.NettyServerHandler");

  static {
    STREAM_ERRORS.setLevel(Level.SEVERE);
  }

  /// Requests are small; what is larger is none.
  private static final int MAX_REQUEST_BYTES = 2 << 20;

  private static final int MAX_STREAMS_PER_CONNECTION = 1000;
  private static final long STOP_SECONDS = 5;

  private final Server server;

  private NodeServer(Server server) {
    this.server = server;
  }

  /// Opens the port; port 0 takes any free one. Without credentials `address` must be of the
  /// loopback.
  public static NodeServer open(
      InetSocketAddress address,
      NodeCredentials credentials,
      List<ServerServiceDefinition> services)
      throws IOException {
    if (credentials.isNone()
        && (address.isUnresolved() || !address.getAddress().isLoopbackAddress())) {
      throw new IllegalArgumentException(
          address + ": a node without credentials may listen on the loopback address only");
    }
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .directExecutor()
            .maxInboundMessageSize(MAX_REQUEST_BYTES)
            .maxConcurrentCallsPerConnection(MAX_STREAMS_PER_CONNECTION)
            .flowControlWindow(NodeChannel.FLOW_CONTROL_BYTES)
            .permitKeepAliveTime(1, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(NodeChannel.KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(NodeChannel.KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .intercept(new TokenCheck(credentials));
    credentials.server().ifPresent(builder::sslContext);
    services.forEach(builder::addService);
    return new NodeServer(builder.build().start());
  }

  public int port() {
    return server.getPort();
  }

  /// Ends all streams at once.
  @Override
  public void close() {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("node server on port {} has not stopped within {} s", port(), STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Lets nobody in without the cluster's token.
  private record TokenCheck(NodeCredentials credentials) implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String token = headers.get(NodeCredentials.TOKEN);
      if (credentials.accepts(token)) {
        return next.startCall(call, headers);
      }
      String reason = token == null ? "no cluster token given" : "wrong cluster token";
      LOG.warn(
          "refused a stream of {} to {}: {}",
          call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR),
          call.getMethodDescriptor().getFullMethodName(),
          reason);
      call.close(Status.UNAUTHENTICATED.withDescription(reason), new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }
}
