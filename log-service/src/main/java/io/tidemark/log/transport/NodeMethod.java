package io.tidemark.log.transport;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import java.io.InputStream;

/// A kind of stream between nodes: messages in both directions, in any order its protocol says.
/// Immutable.
public final class NodeMethod {
  private final String service;
  private final MethodDescriptor<OutgoingMessage, IncomingMessage> client;
  private final MethodDescriptor<IncomingMessage, OutgoingMessage> server;

  /// `service` and `name` are what the stream is called on the network.
  public NodeMethod(String service, String name) {
    this.service = service;
    String fullName = MethodDescriptor.generateFullMethodName(service, name);
    this.client = describe(fullName, new Sent(), new Received());
    this.server = describe(fullName, new Received(), new Sent());
  }

  /// The service of this method alone.
  public ServerServiceDefinition serve(
      ServerCallHandler<IncomingMessage, OutgoingMessage> handler) {
    return ServerServiceDefinition.builder(service).addMethod(server, handler).build();
  }

  MethodDescriptor<OutgoingMessage, IncomingMessage> client() {
    return client;
  }

  private static <Q, A> MethodDescriptor<Q, A> describe(
      String name,
      MethodDescriptor.Marshaller<Q> request,
      MethodDescriptor.Marshaller<A> response) {
    return MethodDescriptor.newBuilder(request, response)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(name)
        .build();
  }

  private static final class Sent implements MethodDescriptor.Marshaller<OutgoingMessage> {
    @Override
    public InputStream stream(OutgoingMessage message) {
      return message.stream();
    }

    @Override
    public OutgoingMessage parse(InputStream stream) {
      throw new UnsupportedOperationException("a sent message arrives nowhere on this side");
    }
  }

  /// Looks at nothing: whoever receives the message reads it, and answers for its errors.
  private static final class Received implements MethodDescriptor.Marshaller<IncomingMessage> {
    @Override
    public InputStream stream(IncomingMessage message) {
      throw new UnsupportedOperationException("a received message is not sent on");
    }

    @Override
    public IncomingMessage parse(InputStream stream) {
      return new IncomingMessage(stream);
    }
  }
}
