package io.tidemark.engine.mtr;

import io.tidemark.storage.Durability;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Who waits for the log: a stack without a lock that each completion takes as a whole, so that one
/// append wakes its whole group. Thread-safe.
final class DurableWaiters {
  private final AtomicReference<@Nullable Waiter> top = new AtomicReference<>();

  void add(Waiter waiter) {
    Waiter head;
    do {
      head = top.get();
      waiter.next = head;
    } while (!top.compareAndSet(head, waiter));
  }

  /// Completes those whose LSN is reached; all of them if the log has failed.
  void complete(long memoryLsn, long durableLsn, boolean failed) {
    Waiter waiter = top.getAndSet(null);
    while (waiter != null) {
      Waiter next = waiter.next;
      long reached = waiter.durability == Durability.DISK ? durableLsn : memoryLsn;
      if (failed || waiter.lsn <= reached) {
        waiter.complete();
      } else {
        add(waiter);
      }
      waiter = next;
    }
  }

  boolean isEmpty() {
    return top.get() == null;
  }

  /// A thread that waits, or an action to be run.
  static final class Waiter {
    private final long lsn;
    private final Durability durability;
    private final @Nullable Thread thread;
    private final @Nullable Runnable action;
    private volatile boolean done;
    private @Nullable Waiter next;

    Waiter(long lsn, Durability durability, @Nullable Thread thread, @Nullable Runnable action) {
      this.lsn = lsn;
      this.durability = durability;
      this.thread = thread;
      this.action = action;
    }

    boolean isDone() {
      return done;
    }

    private void complete() {
      done = true;
      if (thread != null) {
        LockSupport.unpark(thread);
      }
      if (action != null) {
        action.run();
      }
    }
  }
}
