package io.tidemark.engine.lock;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A lock somebody waits for. Its state moves once, from WAITING to one of the others.
///
/// State is guarded by the request's monitor; queue fields by the shard of the record or the
/// metadata lock; blockers are written under the lock of what is waited for.
public final class LockRequest {
  enum State {
    WAITING,
    GRANTED,
    /// Chosen to end a deadlock.
    VICTIM,
    /// Given up by its owner.
    WITHDRAWN
  }

  /// What a request is queued at.
  interface Target {
    /// Takes a request out of its queue and lets those behind it go on. Called by its owner, once.
    void withdraw(LockRequest request);
  }

  final LockOwner owner;
  final Target target;

  /// The record, if it is a record lock; otherwise null.
  final @Nullable RecordLock record;

  final boolean exclusive;

  /// The key to be inserted, if it is an insert intention; otherwise null.
  final byte @Nullable [] insertKey;

  /// The tree of an insert intention.
  @Nullable TreeRanges tree;

  volatile List<LockOwner> blockers = List.of();
  @Nullable LockRequest nextInQueue;
  private State state = State.WAITING;

  LockRequest(
      LockOwner owner,
      Target target,
      @Nullable RecordLock record,
      boolean exclusive,
      byte @Nullable [] insertKey) {
    this.owner = owner;
    this.target = target;
    this.record = record;
    this.exclusive = exclusive;
    this.insertKey = insertKey;
  }

  synchronized State state() {
    return state;
  }

  boolean isWaiting() {
    return state() == State.WAITING;
  }

  /// Moves on from WAITING and wakes the owner; false if it had moved already.
  synchronized boolean complete(State next) {
    if (state != State.WAITING) {
      return false;
    }
    state = next;
    notifyAll();
    return true;
  }

  synchronized void wake() {
    notifyAll();
  }

  /// Waits until the state moved, the owner is interrupted or the deadline (nanoTime) passed.
  synchronized State await(long deadlineNanos) {
    boolean threadInterrupted = false;
    while (state == State.WAITING && !owner.isInterrupted()) {
      long left = deadlineNanos - System.nanoTime();
      if (left <= 0) {
        break;
      }
      try {
        wait(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        threadInterrupted = true;
        owner.interrupt();
      }
    }
    if (threadInterrupted) {
      Thread.currentThread().interrupt();
    }
    return state;
  }
}
