package io.tidemark.pageserver.layer;

import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repeats work on the object store while the store says "later" or "full", with growing pauses and
/// jitter, until it succeeds or the page server closes. Safe for any number of threads.
public final class ObjectRetry {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectRetry.class);

  /// As a timeout: none.
  public static final long FOREVER = Long.MAX_VALUE;

  private final long firstPauseNanos;
  private final long maxPauseNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private volatile boolean closed;
  private volatile boolean storeFull;

  public ObjectRetry(long firstPauseNanos, long maxPauseNanos) {
    this.firstPauseNanos = firstPauseNanos;
    this.maxPauseNanos = maxPauseNanos;
  }

  /// Runs `work` until it returns.
  ///
  /// @throws RetryLater if the page server closed in between
  public <T> T untilDone(String what, Supplier<T> work) {
    return untilDone(what, FOREVER, work);
  }

  /// Runs `work` until it returns, but begins no attempt after `timeoutNanos`.
  ///
  /// @throws RetryLater if the page server closed in between, or the time is up
  public <T> T untilDone(String what, long timeoutNanos, Supplier<T> work) {
    long start = System.nanoTime();
    for (int attempt = 0; ; attempt++) {
      if (closed) {
        throw new RetryLater(what + ": the page server is closing");
      }
      try {
        T result = work.get();
        storeFull = false;
        if (attempt > 0) {
          LOG.info("{}: done after {} failed attempts", what, attempt);
        }
        return result;
      } catch (RetryLater | Exhausted e) {
        storeFull = e instanceof Exhausted;
        if (System.nanoTime() - start >= timeoutNanos) {
          throw new RetryLater(what + ": failed " + (attempt + 1) + " times", e);
        }
        if (attempt == 0) {
          LOG.warn("{}: {}; trying until it works", what, e.getMessage());
        }
        pause(attempt, maxPauseNanos);
      }
    }
  }

  /// Runs `work`, repeating it while the pauses end before `deadlineNanos`; then the last failure
  /// goes to the caller.
  public <T> T untilDeadline(long deadlineNanos, Supplier<T> work) {
    for (int attempt = 0; ; attempt++) {
      try {
        return work.get();
      } catch (RetryLater | Exhausted e) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0 || closed) {
          throw later(e);
        }
        pause(attempt, left);
      }
    }
  }

  /// Waits before the next attempt; returns early when closing.
  public void pause(int attempt, long atMostNanos) {
    long full = Math.min(firstPauseNanos << Math.min(attempt, 20), maxPauseNanos);
    long nanos = Math.min(atMostNanos, full / 2 + ThreadLocalRandom.current().nextLong(full));
    lock.lock();
    try {
      while (nanos > 0 && !closed) {
        nanos = closing.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while waiting for the object store", e);
    } finally {
      lock.unlock();
    }
  }

  /// Whether the store was full when work that is repeated was last tried.
  public boolean isStoreFull() {
    return storeFull;
  }

  public boolean isClosed() {
    return closed;
  }

  /// Ends all pauses and repetitions.
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The pause for an upper bound in milliseconds.
  public static ObjectRetry ofMillis(long firstPauseMillis, long maxPauseMillis) {
    return new ObjectRetry(
        TimeUnit.MILLISECONDS.toNanos(firstPauseMillis),
        TimeUnit.MILLISECONDS.toNanos(maxPauseMillis));
  }

  private static TidemarkException later(TidemarkException e) {
    return e instanceof RetryLater
        ? e
        : new RetryLater("object store is full: " + e.getMessage(), e);
  }
}
