package io.tidemark.log.feed;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeChannel;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.TidemarkException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One subscription on the receiving side, from its beginning to its end; a new one replaces it. At
/// most [#AHEAD] messages lie here unread: the feed sends no more before they are taken. The
/// network's thread puts in, the reader takes out.
final class FeedStream extends ClientCall.Listener<IncomingMessage> {
  private static final int AHEAD = 3;

  private final NodeAddress node;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final ClientCall<OutgoingMessage, IncomingMessage> call;

  /// What happens on a stream.
  sealed interface Event {
    record Arrived(FeedFrames message) implements Event {}

    record Ended(Status status) implements Event {}

    /// The reader was closed.
    record Woken() implements Event {}
  }

  private FeedStream(NodeChannel feed) {
    this.node = feed.address();
    this.call = feed.start(FeedProtocol.FRAMES, this);
  }

  static FeedStream open(NodeChannel feed, Lsn from, Duration gather) {
    FeedStream stream = new FeedStream(feed);
    stream.call.request(AHEAD);
    stream.call.sendMessage(new Subscription(from, (int) gather.toMillis()).encode());
    return stream;
  }

  NodeAddress node() {
    return node;
  }

  /// The next event; empty if there was none within `timeout`.
  Optional<Event> poll(Duration timeout) throws InterruptedException {
    Event event = events.poll();
    if (event == null && timeout.isPositive()) {
      event = events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
    if (event instanceof Event.Arrived) {
      call.request(1);
    }
    return Optional.ofNullable(event);
  }

  void wake() {
    events.add(new Event.Woken());
  }

  void cancel(String why) {
    call.cancel(why, null);
  }

  @Override
  public void onMessage(IncomingMessage message) {
    try (message) {
      MessageHead head = message.readHead();
      if (head.kind() != FeedFrames.KIND) {
        throw new Corrupt("unexpected message kind " + head.kind());
      }
      events.add(new Event.Arrived(FeedFrames.decode(head, message)));
    } catch (TidemarkException e) {
      events.add(new Event.Ended(Status.INTERNAL.withDescription(e.getMessage())));
    }
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    events.add(new Event.Ended(status));
  }
}
