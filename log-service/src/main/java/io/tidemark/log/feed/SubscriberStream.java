package io.tidemark.log.feed;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.tidemark.log.FrameWindow;
import io.tidemark.log.RedoReader;
import io.tidemark.log.transport.IncomingMessage;
import io.tidemark.log.transport.MessageHead;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.log.transport.OutgoingMessage;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One subscriber on the serving side. Its own virtual thread sends, and only while the network has
/// room: back-pressure is that this thread waits.
///
/// The network's thread tells of room and of the subscriber's end; the virtual thread does all the
/// rest.
final class SubscriberStream extends ServerCall.Listener<IncomingMessage> {
  private static final Logger LOG = LoggerFactory.getLogger(SubscriberStream.class);

  /// What a message holds at most, but for a single larger frame.
  private static final int BATCH_BYTES = 1 << 20;

  private static final int BATCH_FRAMES = 64;

  /// Who does not read for so long gives its reader of the log to another.
  private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// Who has read so much from the log gives its reader to another who waits for one.
  private static final long TURN_BYTES = 32 << 20;

  /// How long a subscriber may be ahead of this feed, after having followed another.
  private static final long AHEAD_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final RedoFeed feed;
  private final ServerCall<IncomingMessage, OutgoingMessage> call;
  private final FrameWindow window;
  private final long signOfLifeNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile boolean subscribed;
  private volatile boolean over;

  /// By the virtual thread only.
  private long position;

  private long gatherNanos;

  SubscriberStream(RedoFeed feed, ServerCall<IncomingMessage, OutgoingMessage> call) {
    this.feed = feed;
    this.call = call;
    this.window = feed.window();
    this.signOfLifeNanos = feed.config().signOfLife().toNanos();
  }

  @Override
  public void onMessage(IncomingMessage message) {
    try (message) {
      MessageHead head = message.readHead();
      message.end();
      if (head.kind() != Subscription.KIND || subscribed) {
        throw new Corrupt("redo feed: unexpected message kind " + head.kind());
      }
      Subscription subscription = Subscription.decode(head);
      subscribed = true;
      position = subscription.from().value();
      gatherNanos = TimeUnit.MILLISECONDS.toNanos(subscription.gatherMillis());
      feed.execute(this::run);
    } catch (TidemarkException e) {
      LOG.warn("redo feed ended a stream: {}", e.getMessage());
      end(NodeErrors.toStatus(e));
    } catch (RejectedExecutionException e) {
      end(Status.UNAVAILABLE.withDescription("redo feed is closing"));
    }
  }

  @Override
  public void onReady() {
    signal();
  }

  @Override
  public void onCancel() {
    over = true;
    signal();
    window.wake();
  }

  private void signal() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    feed.audience().enter();
    try {
      if (!awaitPosition()) {
        end(
            Status.OUT_OF_RANGE.withDescription(
                "lsn " + position + " is behind the end " + window.endLsn()));
        return;
      }
      if (position < Math.max(window.startLsn(), feed.log().startLsn().value())) {
        // Refuses what was trimmed away, before anything is sent.
        feed.log().openReader(Lsn.of(position)).close();
      }
      send(List.of());
      while (!over) {
        feed.checkRunning();
        if (awaitReady(signOfLifeNanos)) {
          sendNext();
        }
      }
    } catch (TidemarkException e) {
      end(NodeErrors.toStatus(e));
    } catch (InterruptedException e) {
      end(NodeErrors.toStatus(new RetryLater("redo feed is closing", e)));
    } catch (RuntimeException e) {
      LOG.error("redo feed ended a stream at lsn {}", position, e);
      end(NodeErrors.toStatus(e));
    } finally {
      feed.audience().leave();
    }
  }

  private void sendNext() throws InterruptedException {
    ArrayDeque<Frame> frames = new ArrayDeque<>();
    switch (window.read(position, frames, signOfLifeNanos, () -> over)) {
      case FOUND -> {
        send(List.copyOf(frames));
        LockSupport.parkNanos(gatherNanos);
      }
      case OLDER -> {
        if (feed.catchUp().tryAcquire(signOfLifeNanos, TimeUnit.NANOSECONDS)) {
          try {
            catchUp();
          } finally {
            feed.catchUp().release();
          }
        } else {
          send(List.of());
        }
      }
      case NOTHING -> send(List.of());
    }
  }

  /// Sends from the log itself until the window has the rest, or somebody else's turn has come.
  private void catchUp() throws InterruptedException {
    long turnEnd = position + TURN_BYTES;
    try (RedoReader reader = feed.log().openReader(Lsn.of(position))) {
      while (!over && position < window.startLsn()) {
        if (!awaitReady(SLOW_NANOS) || position > turnEnd && feed.catchUp().hasQueuedThreads()) {
          return;
        }
        List<Frame> frames = readBatch(reader);
        if (frames.isEmpty()) {
          return;
        }
        send(frames);
      }
    }
  }

  private List<Frame> readBatch(RedoReader reader) {
    List<Frame> frames = new ArrayList<>();
    int bytes = 0;
    Optional<Frame> next = reader.next(feed.config().signOfLife());
    while (next.isPresent()) {
      frames.add(next.get());
      bytes += next.get().bytes().length;
      next =
          bytes < BATCH_BYTES && frames.size() < BATCH_FRAMES
              ? reader.next(Duration.ZERO)
              : Optional.empty();
    }
    return frames;
  }

  private void send(List<Frame> frames) {
    OutgoingMessage message =
        FeedFrames.of(feed.recentStartLsn(), Lsn.of(window.endLsn()), frames).encode();
    lock.lock();
    try {
      if (!over) {
        call.sendMessage(message);
      }
    } finally {
      lock.unlock();
    }
    if (!frames.isEmpty()) {
      position = frames.getLast().endLsn().value();
    }
  }

  /// Waits while the subscriber is ahead of this feed; false if it stays so.
  private boolean awaitPosition() throws InterruptedException {
    long end = System.nanoTime() + AHEAD_NANOS;
    ArrayDeque<Frame> ignored = new ArrayDeque<>();
    while (position > window.endLsn() && !over) {
      feed.checkRunning();
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      window.read(window.endLsn(), ignored, left, () -> over);
      ignored.clear();
    }
    return true;
  }

  /// Waits until the network has room; false if it has none after `nanos`.
  private boolean awaitReady(long nanos) throws InterruptedException {
    if (call.isReady()) {
      return true;
    }
    lock.lock();
    try {
      long left = nanos;
      while (!over && !call.isReady() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !over && call.isReady();
    } finally {
      lock.unlock();
    }
  }

  private void end(Status status) {
    lock.lock();
    try {
      if (!over) {
        over = true;
        call.close(status, new Metadata());
      }
    } finally {
      lock.unlock();
    }
  }
}
