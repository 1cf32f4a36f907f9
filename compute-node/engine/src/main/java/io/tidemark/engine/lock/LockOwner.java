package io.tidemark.engine.lock;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A transaction as the lock manager sees it: what it holds, what it waits for, how heavy it is.
///
/// Guarded by its own monitor, but for the volatile fields. The monitor is taken last: inside a
/// shard's or a tree's.
public final class LockOwner {
  private @Nullable Hold firstHold;
  private int holdCount;
  private boolean released;
  private @Nullable List<TreeRanges> trees;
  final Map<MetadataLock, Integer> metadata = new LinkedHashMap<>();

  /// The one request this owner waits for; written under the wait graph's lock.
  volatile @Nullable LockRequest waiting;

  /// What [RowLocks#await] will wait for. Confined to the owner's thread.
  private @Nullable LockRequest pending;

  private volatile boolean interrupted;
  private volatile long changes;

  /// How much a rollback would cost: the lighter one of a deadlock is rolled back.
  long weight() {
    return changes + holdCount;
  }

  /// Rows changed so far.
  public void setChanges(long changes) {
    this.changes = changes;
  }

  void setPending(LockRequest request) {
    pending = request;
  }

  LockRequest takePending() {
    LockRequest request = pending;
    if (request == null) {
      throw new IllegalStateException("nothing to wait for");
    }
    pending = null;
    return request;
  }

  /// Ends a wait with error 1317, now and until [#clearInterrupt]. Callable from any thread.
  public void interrupt() {
    interrupted = true;
    LockRequest request = waiting;
    if (request != null) {
      request.wake();
    }
  }

  public void clearInterrupt() {
    interrupted = false;
  }

  public boolean isInterrupted() {
    return interrupted;
  }

  /// Number of explicit record locks held.
  public synchronized int recordLocks() {
    return holdCount;
  }

  /// Adds a hold; false if this owner has released everything already.
  synchronized boolean link(Hold hold) {
    if (released) {
      return false;
    }
    hold.nextOwned = firstHold;
    if (firstHold != null) {
      firstHold.previousOwned = hold;
    }
    firstHold = hold;
    holdCount++;
    return true;
  }

  synchronized void unlink(Hold hold) {
    if (hold.previousOwned == null && !isFirst(hold)) {
      return;
    }
    if (hold.previousOwned != null) {
      hold.previousOwned.nextOwned = hold.nextOwned;
    } else {
      firstHold = hold.nextOwned;
    }
    if (hold.nextOwned != null) {
      hold.nextOwned.previousOwned = hold.previousOwned;
    }
    hold.previousOwned = null;
    hold.nextOwned = null;
    holdCount--;
  }

  private boolean isFirst(Hold hold) {
    return firstHold == hold;
  }

  /// Marks the owner as ended and hands over its holds, linked by `nextOwned`.
  synchronized @Nullable Hold takeHolds() {
    released = true;
    Hold holds = firstHold;
    firstHold = null;
    holdCount = 0;
    return holds;
  }

  synchronized boolean isReleased() {
    return released;
  }

  synchronized void joinTree(TreeRanges tree) {
    if (trees == null) {
      trees = new ArrayList<>(2);
    }
    trees.add(tree);
  }

  synchronized List<TreeRanges> takeTrees() {
    List<TreeRanges> taken = trees == null ? List.of() : trees;
    trees = null;
    return taken;
  }

  /// A lock of one owner on one record.
  static final class Hold {
    final LockOwner owner;
    final RecordLock record;
    boolean exclusive;
    @Nullable Hold nextInRecord;
    @Nullable Hold nextOwned;
    @Nullable Hold previousOwned;

    Hold(LockOwner owner, RecordLock record, boolean exclusive) {
      this.owner = owner;
      this.record = record;
      this.exclusive = exclusive;
    }
  }
}
