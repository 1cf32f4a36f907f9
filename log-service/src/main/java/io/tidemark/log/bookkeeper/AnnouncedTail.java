package io.tidemark.log.bookkeeper;

import io.tidemark.log.TailHint;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// The end of the log as its writer, in another process, announces it. While announcements come,
/// readers need not ask the bookies.
///
/// Of two epochs the higher counts. A word says nothing of frames of another epoch: an old writer's
/// frame may lie on a bookie at the same LSN without being of the log.
///
/// Safe for use by any number of threads.
final class AnnouncedTail implements TailHint {
  /// Without a word for so long, several times as long as a writer is silent, there is none.
  private static final long SILENCE_NANOS = Duration.ofSeconds(3).toNanos();

  private final Scheduler clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Written under lock.
  private volatile Word newest = new Word(new Epoch(0), Lsn.ZERO);
  private volatile long heardNanos;
  private volatile boolean heard;

  /// The log is durable up to `lsn`, and what ends there is of `epoch`.
  record Word(Epoch epoch, Lsn lsn) {}

  AnnouncedTail(Scheduler clock) {
    this.clock = clock;
  }

  @Override
  public void durable(Epoch epoch, Lsn lsn) {
    lock.lock();
    try {
      int order = epoch.compareTo(newest.epoch());
      if (order < 0) {
        return;
      }
      heardNanos = clock.nanoTime();
      heard = true;
      if (order > 0 || lsn.isAfter(newest.lsn())) {
        newest = new Word(epoch, lsn);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  Word word() {
    return newest;
  }

  boolean isAlive() {
    return heard && clock.nanoTime() - heardNanos < SILENCE_NANOS;
  }

  /// Waits for a word of more than `position`, up to `nanos`. Whoever makes `enough` true wakes it.
  void await(Lsn position, long nanos, BooleanSupplier enough) {
    lock.lock();
    try {
      long left = nanos;
      while (left > 0 && !newest.lsn().isAfter(position) && isAlive() && !enough.getAsBoolean()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Makes who waits look at whether it has enough.
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
