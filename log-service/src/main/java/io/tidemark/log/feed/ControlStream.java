package io.tidemark.log.feed;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.error.TidemarkException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The serving side of a stream of small requests: gives each to `receiver`, which does not block,
/// and asks for the next with [#askNext] when it has answered. The network's thread receives; any
/// may answer.
final class ControlStream extends ServerCall.Listener<IncomingMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(ControlStream.class);

  private final ServerCall<IncomingMessage, OutgoingMessage> call;
  private final Receiver receiver;

  // Guarded by this.
  private boolean over;

  /// Takes one request.
  interface Receiver {
    void accept(MessageHead head, ControlStream stream);
  }

  private ControlStream(ServerCall<IncomingMessage, OutgoingMessage> call, Receiver receiver) {
    this.call = call;
    this.receiver = receiver;
  }

  /// Takes `call` and asks for its first request.
  static ControlStream start(ServerCall<IncomingMessage, OutgoingMessage> call, Receiver receiver) {
    call.sendHeaders(new Metadata());
    call.request(1);
    return new ControlStream(call, receiver);
  }

  synchronized void askNext() {
    if (!over) {
      call.request(1);
    }
  }

  synchronized void send(OutgoingMessage message) {
    if (!over) {
      call.sendMessage(message);
    }
  }

  synchronized boolean isOver() {
    return over;
  }

  synchronized void end(Status status) {
    if (!over) {
      over = true;
      call.close(status, new Metadata());
    }
  }

  @Override
  public void onMessage(IncomingMessage message) {
    try (message) {
      MessageHead head = message.readHead();
      message.end();
      receiver.accept(head, this);
    } catch (TidemarkException e) {
      LOG.warn("redo feed ended a stream: {}", e.getMessage());
      end(NodeErrors.toStatus(e));
    }
  }

  @Override
  public void onHalfClose() {
    end(Status.OK);
  }

  @Override
  public synchronized void onCancel() {
    over = true;
  }
}
