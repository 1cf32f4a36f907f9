package io.tidemark.log.feed;

import io.grpc.Status;
import io.tidemark.log.RedoReader;
import io.tidemark.log.transport.Backoff;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A position in the log that moves with whichever feed answers.
///
/// A frame is given out only if it begins where the one before it ended; the first must hold the
/// byte behind the position. An older one is dropped, anything else is [Corrupt] and names the
/// feed. All work is done on the thread that calls [#next]; [#close] may come from any.
final class FeedReader implements RedoReader {
  private static final Logger LOG = LoggerFactory.getLogger(FeedReader.class);

  private final FeedRedoSource source;
  private final long deadlineNanos;
  private final long silenceNanos;
  private final Backoff backoff = new Backoff();
  private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();

  // Written under lock by the reading thread, for close().
  private @Nullable FeedStream stream;
  private volatile boolean closed;

  // By the reading thread only, but for position.
  private volatile Lsn position;
  private boolean started;
  private boolean subscribed;
  private Epoch epoch = new Epoch(0);
  private int feed;
  private long nextAttemptNanos = System.nanoTime();
  private long lastHeardNanos = System.nanoTime();
  private long unansweredNanos;
  private boolean answered;
  private TidemarkException lastLoss = new RetryLater("no redo feed has answered");

  FeedReader(FeedRedoSource source, Lsn from) {
    this.source = source;
    this.position = from;
    this.feed = source.preferred();
    this.deadlineNanos = source.config().deadline().toNanos();
    this.silenceNanos = source.config().silence().toNanos();
  }

  /// Waits until a feed has taken the subscription.
  void awaitSubscribed() {
    long end = System.nanoTime() + deadlineNanos;
    while (!subscribed) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw unreachable();
      }
      step(left);
    }
  }

  @Override
  public Optional<Frame> next(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (!closed) {
      byte[] bytes = arrived.poll();
      if (bytes != null) {
        Optional<Frame> frame = accept(bytes);
        if (frame.isPresent()) {
          return frame;
        }
        continue;
      }
      long left = end - System.nanoTime();
      long before = System.nanoTime();
      answered = false;
      boolean any = step(Math.max(0, left));
      // Counted while somebody waits: who comes back after a while finds no old reproach.
      unansweredNanos = answered ? 0 : unansweredNanos + System.nanoTime() - before;
      if (unansweredNanos > deadlineNanos && arrived.isEmpty()) {
        unansweredNanos = 0;
        throw unreachable();
      }
      if (!any && left <= 0) {
        break;
      }
    }
    return Optional.empty();
  }

  @Override
  public Lsn position() {
    return position;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      if (stream != null) {
        stream.wake();
        stream.cancel("reader closed");
      }
    } finally {
      lock.unlock();
    }
  }

  /// Does one thing within `nanos`: begins a stream, or takes an event from it. False if there was
  /// nothing to do.
  private boolean step(long nanos) {
    try {
      FeedStream current = stream;
      if (current == null) {
        return openStream(nanos);
      }
      long silenceLeft = lastHeardNanos + silenceNanos - System.nanoTime();
      Optional<FeedStream.Event> event =
          current.poll(Duration.ofNanos(Math.max(0, Math.min(nanos, silenceLeft))));
      if (event.isPresent()) {
        handle(current, event.get());
        return true;
      }
      if (silenceLeft <= 0) {
        lose(new RetryLater("node " + current.node() + ": its redo feed is silent"));
        return true;
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while reading the redo feed", e);
    }
  }

  private boolean openStream(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = Math.min(nextAttemptNanos - System.nanoTime(), nanos);
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
      if (closed || nextAttemptNanos - System.nanoTime() > 0) {
        return false;
      }
      stream = FeedStream.open(source.feed(feed), position, source.config().gather());
      lastHeardNanos = System.nanoTime();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void handle(FeedStream from, FeedStream.Event event) {
    switch (event) {
      case FeedStream.Event.Arrived(FeedFrames message) -> {
        if (!subscribed) {
          backoff.reset();
        }
        subscribed = true;
        lastHeardNanos = System.nanoTime();
        answered = true;
        arrived.addAll(message.frames());
        source.noteProgress(feed, message.startLsn(), message.durableLsn());
      }
      case FeedStream.Event.Ended(Status status) -> ended(from, status);
      case FeedStream.Event.Woken() -> {}
    }
  }

  private void ended(FeedStream from, Status status) {
    if (closed) {
      return;
    }
    TidemarkException reason = NodeErrors.fromStatus(from.node(), status);
    boolean neverConfirmed = status.getCode() == Status.Code.OUT_OF_RANGE && !started;
    if (neverConfirmed || reason instanceof Corrupt) {
      forgetStream();
      throw neverConfirmed
          ? new Corrupt("node " + from.node() + ": " + status.getDescription(), reason)
          : reason;
    }
    lose(reason);
  }

  /// Goes on with the next feed, now if this one has worked, else after a while.
  private void lose(TidemarkException reason) {
    FeedStream lost = forgetStream();
    if (subscribed && lost != null) {
      LOG.info("redo feed at lsn {} is lost: {}", position, reason.getMessage());
    }
    subscribed = false;
    lastLoss = reason;
    source.noteLoss();
    feed++;
    nextAttemptNanos = System.nanoTime() + backoff.nextNanos();
  }

  private @Nullable FeedStream forgetStream() {
    arrived.clear();
    lock.lock();
    try {
      FeedStream lost = stream;
      stream = null;
      if (lost != null) {
        lost.cancel("given up");
      }
      return lost;
    } finally {
      lock.unlock();
    }
  }

  /// Checks the next frame; empty if it is not to be given out, because it is old or damaged.
  private Optional<Frame> accept(byte[] bytes) {
    Frame frame;
    try {
      frame = Frame.decode(bytes);
    } catch (Corrupt e) {
      LOG.warn("redo feed at lsn {} sent a damaged frame: {}", position, e.getMessage());
      lose(e);
      return Optional.empty();
    }
    if (!frame.endLsn().isAfter(position)) {
      return Optional.empty();
    }
    boolean fits =
        started ? frame.startLsn().equals(position) : !frame.startLsn().isAfter(position);
    if (!fits || frame.epoch().compareTo(epoch) < 0) {
      int from = feed;
      forgetStream();
      throw new Corrupt(
          "node %s: expected a frame at lsn %s of epoch %s or higher, found %s"
              .formatted(source.feed(from).address(), position, epoch, frame));
    }
    started = true;
    epoch = frame.epoch();
    position = frame.endLsn();
    source.noteProgress(feed, Lsn.ZERO, position);
    return Optional.of(frame);
  }

  private RetryLater unreachable() {
    return new RetryLater(
        "no redo feed can be reached at lsn " + position + ": " + lastLoss.getMessage(), lastLoss);
  }
}
