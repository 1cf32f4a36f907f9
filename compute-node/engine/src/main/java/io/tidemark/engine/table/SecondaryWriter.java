package io.tidemark.engine.table;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.btree.LeafRun;
import io.tidemark.engine.btree.TreeEntries;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.lock.RowLocks.Outcome;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Changes entries of secondary indexes, each in an mtr of its own after the row's.
///
/// An entry that a row no longer has is marked, not removed, so that older snapshots still find it.
/// Uniqueness is checked and the entry inserted under a short mutex for the column part of the key:
/// of two transactions that insert the same key, the second finds the first one's entry and waits
/// for its row lock. Thread-safe.
final class SecondaryWriter {
  private static final int MUTEXES = 256;

  private final TransactionSystem system;
  private final MiniTransactions mtrs;
  private final LockingReader reader;
  private final ReentrantLock[] uniqueMutexes = new ReentrantLock[MUTEXES];

  SecondaryWriter(TransactionSystem system, LockingReader reader) {
    this.system = system;
    this.mtrs = system.mtrs();
    this.reader = reader;
    for (int i = 0; i < MUTEXES; i++) {
      uniqueMutexes[i] = new ReentrantLock();
    }
  }

  /// Makes the entry exist.
  ///
  /// @throws DuplicateKey if the index is unique and another row has the column part
  void insert(
      TransactionContext tx,
      OpenTable table,
      OpenIndex index,
      byte[] primaryKey,
      byte[] key,
      boolean lockDuplicateExclusive) {
    checkLength(key);
    if (!isUnique(table, index, key)) {
      while (!tryInsert(tx, index, key)) {
        tx.awaitLock();
      }
      return;
    }
    byte[] columnPart = SecondaryKeys.columnPart(table.format(), index, key);
    ReentrantLock mutex = mutex(index, columnPart);
    while (true) {
      byte[] other;
      boolean inserted = false;
      mutex.lock();
      try {
        other = findOther(tx, index, columnPart, primaryKey);
        if (other == null) {
          inserted = tryInsert(tx, index, key);
        }
      } finally {
        mutex.unlock();
      }
      if (inserted) {
        return;
      }
      if (other == null) {
        tx.awaitLock();
      } else {
        checkOther(tx, table, index, columnPart, other, lockDuplicateExclusive);
      }
    }
  }

  static void checkLength(byte[] key) {
    if (key.length + SecondaryValue.BYTES > BTree.MAX_ENTRY_BYTES) {
      throw new Rejected(MySqlError.TOO_LONG_KEY, BTree.MAX_ENTRY_BYTES - SecondaryValue.BYTES);
    }
  }

  /// Whether no other row may have the key's column part.
  static boolean isUnique(OpenTable table, OpenIndex index, byte[] key) {
    return index.descriptor().unique()
        && !table.format().hasNull(index.number(), key, 0, key.length);
  }

  /// Makes entries exist that may be beside others of the same column part. Sorts them; those that
  /// go to one place of a leaf share an mtr.
  void insertAll(TransactionContext tx, OpenIndex index, List<byte[]> keys) {
    keys.sort(Arrays::compareUnsigned);
    byte[] value = SecondaryValue.of(tx.write().id(), false);
    SecondaryEntries entries = new SecondaryEntries(keys, value);
    int next = 0;
    while (next < keys.size()) {
      int inserted = tryInsertRun(tx, index, entries, next);
      if (inserted == 0) {
        tx.awaitLock();
      }
      next += inserted;
    }
  }

  /// Returns the number of entries that exist now; 0 if a gap lock is in the way, for which the
  /// caller then waits.
  private int tryInsertRun(
      TransactionContext tx, OpenIndex index, SecondaryEntries entries, int first) {
    RowLocks locks = system.locks();
    byte[] key = entries.key(first);
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = index.tree().seekForWrite(mtr, key, key.length + SecondaryValue.BYTES);
      if (locks.lockInsert(tx.owner(), index.ranges(), key) == Outcome.WAITING) {
        return 0;
      }
      int inserted = 1;
      if (place.found()) {
        place.patch(0, entries.value());
      } else {
        LeafRun run = place.run(entries, first);
        do {
          run.take();
        } while (first + run.count() < entries.count()
            && run.belongs()
            && locks.mayInsert(tx.owner(), index.ranges(), entries.key(first + run.count())));
        run.insert();
        inserted = run.count();
      }
      mtr.commit();
      return inserted;
    }
  }

  /// Locks the other row; if it still has the key then, it is a duplicate.
  private void checkOther(
      TransactionContext tx,
      OpenTable table,
      OpenIndex index,
      byte[] columnPart,
      byte[] otherKey,
      boolean exclusive) {
    RowImage row = new RowImage();
    LockingReader.Found found = reader.lockRow(tx, table, otherKey, exclusive, LockWait.WAIT, row);
    if (found == LockingReader.Found.ROW) {
      byte[] key = SecondaryKeys.keyOf(table, index, otherKey, row);
      if (Arrays.equals(key, SecondaryKeys.concat(columnPart, otherKey))) {
        throw new DuplicateKey(index.number(), otherKey);
      }
    }
  }

  /// The primary key of another row that has, or may come to have, the column part; or null.
  private byte @Nullable [] findOther(
      TransactionContext tx, OpenIndex index, byte[] columnPart, byte[] primaryKey) {
    BTreeCursor cursor = index.borrowCursor();
    try {
      cursor.seek(columnPart, true);
      while (cursor.next() && startsWith(cursor, columnPart)) {
        byte[] bytes = cursor.buffer();
        int suffix = cursor.keyOffset() + columnPart.length;
        int end = cursor.keyOffset() + cursor.keyLength();
        boolean own = Arrays.equals(bytes, suffix, end, primaryKey, 0, primaryKey.length);
        if (!own && mayCount(tx, bytes, cursor.valueOffset())) {
          return Arrays.copyOfRange(bytes, suffix, end);
        }
        if (!own && !cursor.isLeafUnchanged()) {
          // Who had marked it may have taken that back since the leaf was copied, and ended.
          cursor.seek(columnPart, true);
        }
      }
      return null;
    } finally {
      index.giveBack(cursor);
    }
  }

  /// Whether the entry is there, or may be there again when its transaction rolls back.
  private boolean mayCount(TransactionContext tx, byte[] bytes, int value) {
    return !SecondaryValue.isDeleted(bytes, value)
        || system.findOtherOwner(SecondaryValue.transactionId(bytes, value), tx.owner()) != null;
  }

  private static boolean startsWith(BTreeCursor cursor, byte[] prefix) {
    return cursor.keyLength() >= prefix.length
        && Arrays.equals(
            cursor.buffer(),
            cursor.keyOffset(),
            cursor.keyOffset() + prefix.length,
            prefix,
            0,
            prefix.length);
  }

  /// False if a gap lock is in the way, for which the caller then waits.
  private boolean tryInsert(TransactionContext tx, OpenIndex index, byte[] key) {
    byte[] value = SecondaryValue.of(tx.write().id(), false);
    return tryInsertRun(tx, index, new SecondaryEntries(List.of(key), value), 0) > 0;
  }

  /// Marks the entry as one that its row no longer has.
  void mark(TransactionContext tx, OpenIndex index, byte[] key) {
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = index.tree().seekForWrite(mtr, key, 0);
      if (!place.found()) {
        throw new Corrupt(
            "index tree " + index.tree() + ": entry of a row to be changed is missing");
      }
      place.patch(0, SecondaryValue.of(tx.write().id(), true));
      mtr.commit();
    }
  }

  /// Takes back an insert by `transactionId`: marks the entry as of `markedBy`, or removes it if
  /// that is zero.
  void takeBackInsert(OpenIndex index, byte[] key, long transactionId, long markedBy) {
    boolean emptied = false;
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = index.tree().seekForWrite(mtr, key, 0);
      if (isLastChangedBy(place, transactionId)) {
        if (markedBy == 0) {
          emptied = place.delete();
        } else {
          place.patch(0, SecondaryValue.of(markedBy, true));
        }
        mtr.commit();
      }
    }
    if (emptied) {
      index.tree().removeEmptyLeaf(mtrs, key);
    }
  }

  /// Takes back a mark by `transactionId`; the entry again is as of `writtenBy`, who wrote the
  /// version of the row that has the key.
  void takeBackMark(OpenIndex index, byte[] key, long transactionId, long writtenBy) {
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = index.tree().seekForWrite(mtr, key, 0);
      if (isLastChangedBy(place, transactionId)) {
        place.patch(0, SecondaryValue.of(writtenBy, false));
        mtr.commit();
      }
    }
  }

  private static boolean isLastChangedBy(LeafPosition place, long transactionId) {
    return place.found() && SecondaryValue.transactionId(place.value(), 0) == transactionId;
  }

  private ReentrantLock mutex(OpenIndex index, byte[] columnPart) {
    long hash = index.tree().id() * 31 + Arrays.hashCode(columnPart);
    hash *= 0x9E3779B97F4A7C15L;
    return uniqueMutexes[(int) (hash >>> 56)];
  }

  /// Keys in ascending order, all with one value.
  private static final class SecondaryEntries implements TreeEntries {
    private final List<byte[]> keys;
    private final byte[] value;

    SecondaryEntries(List<byte[]> keys, byte[] value) {
      this.keys = keys;
      this.value = value;
    }

    int count() {
      return keys.size();
    }

    byte[] value() {
      return value;
    }

    @Override
    public byte[] key(int entry) {
      return keys.get(entry);
    }

    @Override
    public int valueLength(int entry) {
      return value.length;
    }

    @Override
    public void putValue(int entry, byte[] target, int at) {
      System.arraycopy(value, 0, target, at, value.length);
    }
  }
}
