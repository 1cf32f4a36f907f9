package io.tidemark.engine.table;

import io.tidemark.engine.LockWait;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.lock.KeyBound;
import io.tidemark.engine.lock.LockOwner;
import io.tidemark.engine.lock.RowLocks.Outcome;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;

/// Finds one row by its primary key and locks it, or the gap where it would be.
///
/// The leaf is read without a latch, the lock is taken, and then the leaf is looked at again: if
/// nobody changed it in between, what was read is what was locked; otherwise the row is read again
/// under the lock. Writers look for locks while they hold the leaf's latch, so one of the two sees
/// the other. Thread-safe.
final class LockingReader {
  private final TransactionSystem system;
  private final VersionReader versions;

  /// What became of a locking read.
  enum Found {
    ROW,
    NONE,
    SKIPPED
  }

  LockingReader(TransactionSystem system, VersionReader versions) {
    this.system = system;
    this.versions = versions;
  }

  /// Locks the row and sets `out` to its newest version. If there is none, the gap is locked where
  /// the isolation level asks for it. Waits as `wait` says.
  Found lockRow(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      boolean exclusive,
      LockWait wait,
      RowImage out) {
    OpenIndex index = table.clustered();
    EntryReader entry = index.borrowReader();
    try {
      return lockRow(tx, table, primaryKey, exclusive, wait, out, entry);
    } finally {
      index.giveBack(entry);
    }
  }

  private Found lockRow(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      boolean exclusive,
      LockWait wait,
      RowImage out,
      EntryReader entry) {
    OpenIndex index = table.clustered();
    boolean granted = false;
    while (true) {
      if (!index.tree().search(primaryKey, entry)) {
        if (!tx.locksGaps() || lockGapAround(tx, index, primaryKey, entry)) {
          return Found.NONE;
        }
        continue;
      }
      byte[] value = entry.toArray();
      long transactionId = ClusteredValue.transactionId(value, 0);
      if (transactionId != tx.ownId()) {
        LockOwner holder = system.findOtherOwner(transactionId, tx.owner());
        Outcome outcome =
            system
                .locks()
                .lockRecord(tx.owner(), index.ranges(), primaryKey, exclusive, holder, wait);
        if (outcome == Outcome.SKIPPED) {
          return Found.SKIPPED;
        }
        if (outcome == Outcome.WAITING) {
          tx.awaitLock();
          granted = true;
          continue;
        }
        granted |= outcome == Outcome.GRANTED;
        if (!entry.isUnchanged()) {
          continue;
        }
      }
      tx.setReleasable(granted && !tx.locksGaps());
      if (versions.newest(table, value, 0, value.length, out)) {
        return Found.ROW;
      }
      if (granted && !tx.locksGaps()) {
        system.locks().unlockRecord(tx.owner(), index.ranges(), primaryKey);
      }
      return Found.NONE;
    }
  }

  /// Locks the gap between the neighbours of a key that is not there; false if it has come
  /// meanwhile.
  private boolean lockGapAround(
      TransactionContext tx, OpenIndex index, byte[] key, EntryReader entry) {
    BTreeCursor cursor = index.borrowCursor();
    try {
      cursor.seekDown(key, false);
      KeyBound low = cursor.next() ? KeyBound.behind(cursor.key()) : KeyBound.LOWEST;
      cursor.seek(key, false);
      KeyBound high = cursor.next() ? KeyBound.before(cursor.key()) : KeyBound.HIGHEST;
      system.locks().lockGap(tx.owner(), index.ranges(), low, high);
    } finally {
      index.giveBack(cursor);
    }
    return !index.tree().search(key, entry);
  }
}
