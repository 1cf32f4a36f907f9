package io.tidemark.pageserver.ingest;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How far ingest is, and who waits for it to be further.
///
/// Single writer (the ingest thread), any number of waiters. [#advance] is one release write;
/// waiters are woken by [#wake], which costs a fence when nobody waits.
public final class IngestProgress {
  private final ReentrantLock lock = new ReentrantLock();
  private final PriorityQueue<Waiter> waiters = new PriorityQueue<>();
  private volatile long ingested;
  private volatile long lowestAwaited = Long.MAX_VALUE;
  private volatile @Nullable TidemarkException failure;
  private volatile @Nullable Thread pausing;
  private volatile boolean full;

  public IngestProgress(Lsn start) {
    this.ingested = start.value();
  }

  public Lsn ingestedLsn() {
    return Lsn.of(ingested);
  }

  public long ingested() {
    return ingested;
  }

  /// Everything up to `lsn` can be read.
  void advance(long lsn) {
    if (lsn < ingested) {
      throw new IllegalStateException("ingested lsn goes back: " + ingested + " to " + lsn);
    }
    ingested = lsn;
  }

  /// Whether the object store is full and the memory for what waits for it nearly so: nothing more
  /// should be written.
  public boolean isFull() {
    return full;
  }

  void setFull(boolean full) {
    this.full = full;
  }

  /// Wakes whom the last [#advance] satisfies.
  void wake() {
    if (lowestAwaited <= ingested) {
      wakeUpTo(ingested);
    }
  }

  /// Lets redo gather for up to `nanos`, unless somebody waits or comes to wait. By the ingest
  /// thread.
  void pause(long nanos) {
    pausing = Thread.currentThread();
    if (lowestAwaited == Long.MAX_VALUE) {
      LockSupport.parkNanos(this, nanos);
    }
    pausing = null;
  }

  /// Ingest has stopped for good; every waiter and everybody who comes later hears `cause`.
  public void fail(TidemarkException cause) {
    failure = cause;
    wakeUpTo(Long.MAX_VALUE);
  }

  /// What stopped ingest, if anything did.
  public Optional<TidemarkException> failure() {
    return Optional.ofNullable(failure);
  }

  /// Throws what stopped ingest, if anything did.
  public void checkRunning() {
    TidemarkException cause = failure;
    if (cause != null) {
      throw cause;
    }
  }

  /// Waits until `lsn` is ingested.
  ///
  /// @throws RetryLater if that took longer than `timeoutNanos`
  public void await(long lsn, long timeoutNanos) {
    if (lsn <= ingested) {
      return;
    }
    checkRunning();
    Waiter waiter = new Waiter(lsn, new CompletableFuture<>());
    enqueue(waiter);
    try {
      if (lsn > ingested) {
        waiter.done.get(timeoutNanos, TimeUnit.NANOSECONDS);
        if (lsn > ingested) {
          checkRunning();
        }
      }
    } catch (TimeoutException e) {
      throw new RetryLater(
          "page server: lsn " + lsn + " is not ingested within the deadline, ingested " + ingested,
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("interrupted while waiting for ingest of lsn " + lsn, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      remove(waiter);
    }
  }

  private void enqueue(Waiter waiter) {
    lock.lock();
    try {
      waiters.add(waiter);
      lowestAwaited = waiters.element().lsn;
    } finally {
      lock.unlock();
    }
    if (failure != null) {
      waiter.done.complete(null);
    }
    Thread ingester = pausing;
    if (ingester != null) {
      LockSupport.unpark(ingester);
    }
  }

  private void remove(Waiter waiter) {
    if (waiter.done.isDone()) {
      return;
    }
    lock.lock();
    try {
      waiters.remove(waiter);
      Waiter next = waiters.peek();
      lowestAwaited = next == null ? Long.MAX_VALUE : next.lsn;
    } finally {
      lock.unlock();
    }
  }

  private void wakeUpTo(long lsn) {
    lock.lock();
    try {
      Waiter next = waiters.peek();
      while (next != null && next.lsn <= lsn) {
        waiters.remove();
        next.done.complete(null);
        next = waiters.peek();
      }
      lowestAwaited = next == null ? Long.MAX_VALUE : next.lsn;
    } finally {
      lock.unlock();
    }
  }

  /// Ordered by LSN; no two are equal.
  private static final class Waiter implements Comparable<Waiter> {
    private final long lsn;
    private final CompletableFuture<@Nullable Void> done;

    Waiter(long lsn, CompletableFuture<@Nullable Void> done) {
      this.lsn = lsn;
      this.done = done;
    }

    @Override
    public int compareTo(Waiter other) {
      return Long.compare(lsn, other.lsn);
    }
  }
}
