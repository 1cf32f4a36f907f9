package io.tidemark.engine.writer;

import io.tidemark.engine.BackPressure;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Slows commits while page servers are too far behind the log, so that the log does not grow
/// without bound and what was written can be read.
///
/// Lag is redo that is durable and not yet uploaded by every page server. Up to the limit nothing
/// happens; from there the delay of a commit grows in proportion, up to [#MAX_DELAY] at twice the
/// limit and beyond. A delayed commit is durable and holds no lock. It waits no longer than the
/// delay that holds at the time: when that shrinks who waits is let go.
///
/// A thread of its own looks at the lag and owns it; waiting commits are guarded by a lock; a
/// commit that need not wait reads one volatile field.
final class CommitThrottle implements AutoCloseable {
  /// One commit in this time for each session keeps it alive and hardly writes.
  static final Duration MAX_DELAY = Duration.ofMillis(500);

  static final long DEFAULT_LIMIT_BYTES = 1L << 30;

  private static final Logger LOG = LoggerFactory.getLogger(CommitThrottle.class);
  private static final long PERIOD_MILLIS = 100;

  private final PageService pages;
  private final LongSupplier durableLsn;
  private final LongAdder delayedCommits = new LongAdder();
  private final LongAdder delayedNanos = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition shrunk = lock.newCondition();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("commit-throttle").daemon().factory());

  private volatile long limitBytes = DEFAULT_LIMIT_BYTES;

  // Written by the thread.
  private volatile long delayNanos;
  private volatile long lagBytes;
  private volatile String behind = "";
  private long uploadedLsn;

  private CommitThrottle(PageService pages, LongSupplier durableLsn) {
    this.pages = pages;
    this.durableLsn = durableLsn;
  }

  /// Begins to look at how far `pages` are behind `durableLsn`.
  static CommitThrottle start(PageService pages, LongSupplier durableLsn) {
    CommitThrottle throttle = create(pages, durableLsn);
    throttle.timer.scheduleWithFixedDelay(
        throttle::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return throttle;
  }

  /// One that looks when it is told to.
  static CommitThrottle create(PageService pages, LongSupplier durableLsn) {
    return new CommitThrottle(pages, durableLsn);
  }

  void setLimit(long bytes) {
    limitBytes = bytes;
  }

  /// What happens in each period.
  void look() {
    try {
      long limit = limitBytes;
      long durable = durableLsn.getAsLong();
      if (limit > 0 && durable - uploadedLsn > limit) {
        uploadedLsn = ask();
      }
      long lag = Math.max(0, durable - uploadedLsn);
      long delay = limit == 0 || lag <= limit ? 0 : delayOf(lag - limit, limit);
      lagBytes = lag;
      change(delay);
    } catch (RuntimeException e) {
      LOG.error("the lag of page servers is not looked at any more", e);
      change(0);
      timer.shutdown();
    }
  }

  /// What is uploaded; the last that was known while nobody can tell.
  private long ask() {
    try {
      return Math.max(uploadedLsn, pages.uploadedLsn().value());
    } catch (RetryLater e) {
      LOG.debug("uploaded lsn is not known", e);
      return uploadedLsn;
    }
  }

  private static long delayOf(long excess, long limit) {
    double part = Math.min(1.0, (double) excess / limit);
    return Math.max(1, (long) (part * MAX_DELAY.toNanos()));
  }

  private void change(long delay) {
    long before = delayNanos;
    if (before == 0 && delay > 0) {
      behind = pages.laggard();
      LOG.warn(
          "commits are slowed: {} is {} bytes behind, {} are allowed",
          behind,
          lagBytes,
          limitBytes);
    } else if (before > 0 && delay == 0) {
      LOG.info("commits are not slowed any more: page servers are {} bytes behind", lagBytes);
      behind = "";
    }
    delayNanos = delay;
    if (delay < before) {
      lock.lock();
      try {
        shrunk.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /// Makes a commit wait as long as it must now. An interrupt ends the wait and stays.
  void pace() {
    if (delayNanos != 0) {
      delay();
    }
  }

  private void delay() {
    long start = System.nanoTime();
    lock.lock();
    try {
      long left = delayNanos;
      while (left > 0) {
        shrunk.awaitNanos(left);
        left = start + delayNanos - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    delayedCommits.increment();
    delayedNanos.add(System.nanoTime() - start);
  }

  BackPressure status() {
    return new BackPressure(
        behind,
        lagBytes,
        limitBytes,
        Duration.ofNanos(delayNanos),
        delayedCommits.sum(),
        Duration.ofNanos(delayedNanos.sum()));
  }

  /// Lets go of everybody.
  @Override
  public void close() {
    timer.shutdownNow();
    delayNanos = 0;
    lock.lock();
    try {
      shrunk.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
