package io.tidemark.log.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Whether anybody follows a feed, and the writers that want to know. One that has left is counted
/// for a while: most come again.
///
/// Guarded by a lock of its own.
final class FeedAudience {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();

  // Guarded by lock.
  private final List<ControlStream> writers = new ArrayList<>();
  private int subscribers;
  private long leftNanos;
  private boolean there;
  private boolean closed;

  void enter() {
    lock.lock();
    try {
      subscribers++;
      become(true);
      came.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.lock();
    try {
      subscribers--;
      leftNanos = System.nanoTime();
    } finally {
      lock.unlock();
    }
  }

  boolean isThere() {
    lock.lock();
    try {
      if (subscribers == 0 && there && System.nanoTime() - leftNanos > LINGER_NANOS) {
        become(false);
      }
      return there;
    } finally {
      lock.unlock();
    }
  }

  /// Waits for somebody to come, or for the end.
  void await() {
    lock.lock();
    try {
      while (!there && !closed) {
        came.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Tells the writer now, and whenever it changes while the stream lasts.
  void tell(ControlStream writer) {
    lock.lock();
    try {
      writers.removeIf(ControlStream::isOver);
      writers.add(writer);
      writer.send(new FeedInterest(there).encode());
    } finally {
      lock.unlock();
    }
  }

  void close() {
    lock.lock();
    try {
      closed = true;
      came.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Under the lock.
  private void become(boolean audience) {
    if (there != audience) {
      there = audience;
      writers.removeIf(ControlStream::isOver);
      writers.forEach(writer -> writer.send(new FeedInterest(audience).encode()));
    }
  }
}
