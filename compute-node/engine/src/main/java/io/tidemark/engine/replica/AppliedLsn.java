package io.tidemark.engine.replica;

import io.tidemark.engine.buffer.ReadPoint;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How far a replica has come: the end of the mtr it is applying, and of the last one applied; and
/// up to where the writer has purged meanwhile.
///
/// Single writer: the thread that applies redo. Readers anywhere.
final class AppliedLsn implements ReadPoint {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private volatile long applying;
  private volatile long applied;
  private volatile long purged;
  private final AtomicInteger waiters = new AtomicInteger();

  AppliedLsn(long start) {
    this.applying = start;
    this.applied = start;
  }

  /// To be called before the pages of the mtr are looked for, see [ReadPoint#readLsn].
  void begin(long endLsn) {
    applying = endLsn;
  }

  /// The mtr is applied, and what it says beside pages is known.
  void end(long endLsn) {
    applied = endLsn;
    if (waiters.get() > 0) {
      lock.lock();
      try {
        advanced.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /// What follows in the redo removes versions that snapshots below `horizon` need. To be called
  /// before that is applied, so that whoever has read a page without them finds it out.
  void purge(long horizon) {
    purged = Math.max(purged, horizon);
  }

  /// Snapshots below it may lack versions.
  long purged() {
    return purged;
  }

  long applied() {
    return applied;
  }

  /// Waits until `lsn` is applied; false after `nanos`.
  boolean await(long lsn, long nanos) {
    if (applied >= lsn) {
      return true;
    }
    long deadline = System.nanoTime() + nanos;
    lock.lock();
    try {
      waiters.incrementAndGet();
      while (applied < lsn) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        advanced.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      waiters.decrementAndGet();
      lock.unlock();
    }
  }

  @Override
  public long readLsn() {
    return applying;
  }

  @Override
  public long evictableLsn() {
    return Long.MAX_VALUE;
  }

  @Override
  public void awaitEvictable(long nanos) {
    Thread.yield();
  }

  @Override
  public boolean knowsLastChanges() {
    return false;
  }
}
