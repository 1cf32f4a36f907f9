package io.tidemark.engine.lock;

import io.tidemark.engine.lock.LockOwner.Hold;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The locks on one key of one tree: who holds it, who waits, in order. Exists only while there is
/// one of either. Guarded by its shard.
final class RecordLock {
  final long treeId;
  final byte[] key;
  final int hash;
  @Nullable RecordLock nextInBucket;
  @Nullable Hold firstHold;
  @Nullable LockRequest firstWaiter;

  RecordLock(long treeId, byte[] key, int hash) {
    this.treeId = treeId;
    this.key = key;
    this.hash = hash;
  }

  boolean is(long treeId, byte[] key, int hash) {
    return this.hash == hash && this.treeId == treeId && Arrays.equals(this.key, key);
  }

  boolean isUnused() {
    return firstHold == null && firstWaiter == null;
  }

  @Nullable Hold findHold(LockOwner owner) {
    for (Hold hold = firstHold; hold != null; hold = hold.nextInRecord) {
      if (hold.owner == owner) {
        return hold;
      }
    }
    return null;
  }

  void addHold(Hold hold) {
    hold.nextInRecord = firstHold;
    firstHold = hold;
  }

  void removeHold(Hold gone) {
    if (firstHold == gone) {
      firstHold = gone.nextInRecord;
      return;
    }
    for (Hold hold = firstHold; hold != null; hold = hold.nextInRecord) {
      if (hold.nextInRecord == gone) {
        hold.nextInRecord = gone.nextInRecord;
        return;
      }
    }
  }

  /// Queues a request: an upgrade before all others, the rest at the end.
  void enqueue(LockRequest request, boolean first) {
    if (first || firstWaiter == null) {
      request.nextInQueue = firstWaiter;
      firstWaiter = request;
      return;
    }
    LockRequest last = firstWaiter;
    while (last.nextInQueue != null) {
      last = last.nextInQueue;
    }
    last.nextInQueue = request;
  }

  void dequeue(LockRequest gone) {
    if (firstWaiter == gone) {
      firstWaiter = gone.nextInQueue;
      return;
    }
    for (LockRequest request = firstWaiter; request != null; request = request.nextInQueue) {
      if (request.nextInQueue == gone) {
        request.nextInQueue = gone.nextInQueue;
        return;
      }
    }
  }

  /// Owners in the way of `request`, or of a request that would queue last if it is null: holders
  /// that conflict, and the waiters before it that conflict. What stands before an exclusive waiter
  /// is left out: whoever waits for that one waits for them too.
  List<LockOwner> blockers(LockOwner owner, boolean exclusive, @Nullable LockRequest request) {
    List<LockOwner> blockers = new ArrayList<>(2);
    for (Hold hold = firstHold; hold != null; hold = hold.nextInRecord) {
      if (hold.owner != owner && (exclusive || hold.exclusive)) {
        blockers.add(hold.owner);
      }
    }
    for (LockRequest ahead = firstWaiter;
        ahead != null && ahead != request;
        ahead = ahead.nextInQueue) {
      if (ahead.owner != owner && (exclusive || ahead.exclusive) && ahead.isWaiting()) {
        if (ahead.exclusive) {
          blockers.clear();
        }
        blockers.add(ahead.owner);
      }
    }
    return blockers;
  }
}
