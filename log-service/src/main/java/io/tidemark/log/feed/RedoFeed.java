package io.tidemark.log.feed;

import io.grpc.Metadata;
import io.grpc.ServerServiceDefinition;
import io.tidemark.log.FrameWindow;
import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.log.TailHint;
import io.tidemark.log.transport.Backoff;
import io.tidemark.log.transport.NodeErrors;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Serves a log's durable redo to other nodes: [#definitions] go into a
/// [io.tidemark.log.transport.NodeServer].
///
/// One thread reads the tail into the window while there are subscribers; each of them has a
/// virtual thread that takes from it at the subscriber's pace ([SubscriberStream]). It does not
/// close the log. Safe for any number of threads.
public final class RedoFeed implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RedoFeed.class);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_PUBLISHED = 64;
  private static final long START_AGE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final RedoSource log;
  private final TailHint hint;
  private final RedoFeedConfig config;
  private final FrameWindow window;
  private final Semaphore catchUp;
  private final ExecutorService subscribers = Executors.newVirtualThreadPerTaskExecutor();
  private final FeedAudience audience = new FeedAudience();
  private final Thread tail;
  private volatile @Nullable TidemarkException failure;
  private volatile boolean closed;

  /// What the log said last of its start, and when it was asked, of [System#nanoTime].
  private volatile Lsn start;

  private final AtomicLong startAskedNanos = new AtomicLong(System.nanoTime());

  private RedoFeed(RedoFeedConfig config, RedoSource log, TailHint hint, Lsn end) {
    this.config = config;
    this.log = log;
    this.hint = hint;
    this.start = log.startLsn();
    this.window = new FrameWindow(config.windowBytes(), end.value());
    this.catchUp = new Semaphore(config.catchUpReaders(), true);
    this.tail = Thread.ofPlatform().name("feed-tail").daemon().unstarted(this::followTail);
  }

  /// Starts to read `log` at its durable end. What writers announce goes to `hint`.
  public static RedoFeed open(RedoFeedConfig config, RedoSource log, TailHint hint) {
    RedoFeed feed = new RedoFeed(config, log, hint, log.durableLsn());
    feed.tail.start();
    return feed;
  }

  public List<ServerServiceDefinition> definitions() {
    return List.of(
        FeedProtocol.FRAMES.serve((call, headers) -> {
          call.sendHeaders(new Metadata());
          call.request(1);
          return new SubscriberStream(this, call);
        }),
        FeedProtocol.PROGRESS.serve((call, headers) ->
            ControlStream.start(
                call,
                (head, stream) -> {
                  FeedProgressRequest.decode(head);
                  subscribers.execute(() -> answerProgress(stream));
                })),
        FeedProtocol.ANNOUNCE.serve((call, headers) -> {
          ControlStream writer =
              ControlStream.start(
                  call,
                  (head, stream) -> {
                    DurableAnnouncement announcement = DurableAnnouncement.decode(head);
                    hint.durable(announcement.epoch(), announcement.lsn());
                    stream.askNext();
                  });
          audience.tell(writer);
          return writer;
        }));
  }

  /// Where the log began a moment ago: for what is said in passing, since asking may take long.
  Lsn recentStartLsn() {
    long asked = startAskedNanos.get();
    long now = System.nanoTime();
    if (now - asked > START_AGE_NANOS && startAskedNanos.compareAndSet(asked, now)) {
      Thread.ofVirtual().name("feed-start").start(() -> start = log.startLsn());
    }
    return start;
  }

  @Override
  public void close() {
    closed = true;
    audience.close();
    subscribers.shutdownNow();
    window.wake();
    tail.interrupt();
    try {
      if (!tail.join(STOP_TIMEOUT)) {
        LOG.warn("feed-tail has not stopped within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  RedoSource log() {
    return log;
  }

  FrameWindow window() {
    return window;
  }

  FeedAudience audience() {
    return audience;
  }

  RedoFeedConfig config() {
    return config;
  }

  /// Who holds a permit may read from the log itself.
  Semaphore catchUp() {
    return catchUp;
  }

  void execute(Runnable subscriber) {
    subscribers.execute(subscriber);
  }

  /// @throws TidemarkException if the feed is over
  void checkRunning() {
    TidemarkException reason = failure;
    if (reason != null) {
      throw reason;
    }
    if (closed) {
      throw new RetryLater("redo feed is closing");
    }
  }

  private void answerProgress(ControlStream stream) {
    try {
      stream.send(new FeedFrames(log.startLsn(), log.durableLsn(), List.of()).encode());
      stream.askNext();
    } catch (RuntimeException e) {
      stream.end(NodeErrors.toStatus(e));
    }
  }

  /// What the tail's thread does, to its end.
  private void followTail() {
    Backoff backoff = new Backoff();
    Optional<Corrupt> damage = Optional.empty();
    while (!closed) {
      try {
        if (damage.isPresent() && !log.startLsn().isAfter(endLsn())) {
          fail(damage.get());
          return;
        }
        if (damage.isPresent() || !audience.isThere()) {
          audience.await();
          goOnAtEnd();
          damage = Optional.empty();
        }
        readTail(backoff);
      } catch (Corrupt e) {
        // Unless the log was trimmed faster than this feed followed: its subscribers need no more
        // than the log has, so neither does it.
        damage = Optional.of(e);
      } catch (TidemarkException e) {
        LOG.warn("redo feed cannot read the log at lsn {}: {}", endLsn(), e.getMessage());
        LockSupport.parkNanos(backoff.nextNanos());
      } catch (RuntimeException e) {
        fail(new Corrupt("redo feed stopped at lsn " + endLsn(), e));
        return;
      }
    }
  }

  private Lsn endLsn() {
    return Lsn.of(window.endLsn());
  }

  /// Leaves out what lies between; it comes from the log if anybody wants it.
  private void goOnAtEnd() {
    Lsn end = log.durableLsn();
    if (end.isAfter(endLsn())) {
      LOG.debug("redo feed goes on at lsn {} after {}", end, endLsn());
      window.restart(end.value());
    }
  }

  private void readTail(Backoff backoff) {
    try (RedoReader reader = log.openReader(endLsn())) {
      while (!closed && audience.isThere()) {
        publishNext(reader);
        backoff.reset();
      }
    }
  }

  private void publishNext(RedoReader reader) {
    Optional<Frame> next = reader.next(config.signOfLife());
    if (next.isEmpty()) {
      return;
    }
    List<Frame> frames = new ArrayList<>();
    while (next.isPresent()) {
      frames.add(next.get());
      next = frames.size() < MAX_PUBLISHED ? reader.next(Duration.ZERO) : Optional.empty();
    }
    window.publish(frames);
  }

  private void fail(TidemarkException reason) {
    if (!closed) {
      LOG.error("redo feed stopped", reason);
      failure = reason;
      window.wake();
    }
  }
}
