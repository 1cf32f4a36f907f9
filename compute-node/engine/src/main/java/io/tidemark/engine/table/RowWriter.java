package io.tidemark.engine.table;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.lock.LockOwner;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.lock.RowLocks.Outcome;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoRecord.IndexKey;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.page.SlottedPage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Inserts, updates and deletes rows.
///
/// The row's change and its undo record are one mtr: leaf first, then the transaction's undo page.
/// If the undo page has no room, or the row is locked, everything is let go before anything is
/// changed, and tried again. Secondary entries follow in mtrs of their own; should one fail, the
/// caller takes back what the statement did. From its change on the row is locked by the
/// transaction id in it, so an explicit lock that nobody waits for is dropped. Thread-safe.
public final class RowWriter {
  private final TransactionSystem system;
  private final MiniTransactions mtrs;
  private final RowLocks locks;
  private final LongRows longRows;
  private final LockingReader reader;
  private final SecondaryWriter secondaries;

  RowWriter(
      TransactionSystem system,
      LongRows longRows,
      LockingReader reader,
      SecondaryWriter secondaries) {
    this.system = system;
    this.mtrs = system.mtrs();
    this.locks = system.locks();
    this.longRows = longRows;
    this.reader = reader;
    this.secondaries = secondaries;
  }

  /// See [io.tidemark.engine.Transaction#insert].
  public void insert(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      byte[] row,
      boolean lockDuplicateExclusive) {
    insertRow(tx, table, primaryKey, row, lockDuplicateExclusive);
    if (table.indexCount() > 1) {
      RowImage image = RowImage.of(row);
      for (int number = 1; number < table.indexCount(); number++) {
        OpenIndex index = table.index(number);
        byte[] key = SecondaryKeys.keyOf(table, index, primaryKey, image);
        secondaries.insert(tx, table, index, primaryKey, key, lockDuplicateExclusive);
      }
    }
  }

  /// See [io.tidemark.engine.Transaction#insertAll].
  public BatchInsert insertAll(TransactionContext tx, OpenTable table, RowBatch batch) {
    return new BatchInsert(system, this, secondaries, tx, table, batch);
  }

  boolean isLong(byte[] primaryKey, byte[] row) {
    return longRows.isLong(primaryKey, row);
  }

  /// Inserts a row into the clustered index.
  void insertRow(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      byte[] row,
      boolean lockDuplicateExclusive) {
    WriteState write = tx.write();
    LongRows.Stored stored = longRows.store(table, write, primaryKey, row);
    boolean done = false;
    try {
      insertClustered(tx, table, primaryKey, stored, lockDuplicateExclusive);
      done = true;
    } finally {
      if (!done) {
        longRows.free(stored);
      }
    }
    write.addRows(table.id(), 1);
  }

  private void insertClustered(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      LongRows.Stored stored,
      boolean lockDuplicateExclusive) {
    OpenIndex index = table.clustered();
    WriteState write = tx.write();
    byte[] undo = UndoRecord.insert(write.id(), table.id(), primaryKey).encode();
    while (true) {
      Step step;
      try (MiniTransaction mtr = mtrs.begin()) {
        LeafPosition place =
            index
                .tree()
                .seekForWrite(
                    mtr,
                    primaryKey,
                    primaryKey.length + ClusteredValue.HEADER_BYTES + stored.length());
        if (place.found()) {
          step = insertOver(tx, table, mtr, place, primaryKey, stored, lockDuplicateExclusive);
        } else if (locks.lockInsert(tx.owner(), index.ranges(), primaryKey) == Outcome.WAITING) {
          step = Step.WAIT;
        } else {
          step = insertFresh(mtr, write, place, stored, undo);
        }
      }
      if (goesOn(step, tx, write)) {
        return;
      }
    }
  }

  private Step insertFresh(
      MiniTransaction mtr,
      WriteState write,
      LeafPosition place,
      LongRows.Stored stored,
      byte[] undo) {
    PageFrame tail = system.undo().latchTail(mtr, write.segment());
    if (!SlottedPage.fits(tail.page(), undo.length)) {
      return Step.EXTEND;
    }
    long rollPointer = UndoSegments.nextPosition(tail);
    UndoSegments.append(mtr, tail, undo);
    place.insert(stored.value(write.id(), rollPointer, stored.flags() | ClusteredValue.FIRST));
    mtr.commit();
    write.appended(rollPointer);
    return Step.DONE;
  }

  /// The key is there: a row, or what a deleted one left.
  private Step insertOver(
      TransactionContext tx,
      OpenTable table,
      MiniTransaction mtr,
      LeafPosition place,
      byte[] primaryKey,
      LongRows.Stored stored,
      boolean lockDuplicateExclusive) {
    byte[] old = place.value();
    OpenIndex index = table.clustered();
    boolean deleted = ClusteredValue.isDeleted(old, 0);
    long transactionId = ClusteredValue.transactionId(old, 0);
    if (transactionId != tx.ownId()) {
      LockOwner holder = system.findOtherOwner(transactionId, tx.owner());
      boolean exclusive = deleted || lockDuplicateExclusive;
      Outcome outcome =
          locks.lockRecord(
              tx.owner(), index.ranges(), primaryKey, exclusive, holder, LockWait.WAIT);
      if (outcome == Outcome.WAITING) {
        return Step.WAIT;
      }
    }
    if (!deleted) {
      throw new DuplicateKey(0, primaryKey);
    }
    if (locks.lockInsert(tx.owner(), index.ranges(), primaryKey) == Outcome.WAITING) {
      return Step.WAIT;
    }
    return replace(mtr, tx, table, place, primaryKey, old, stored, List.of());
  }

  /// See [io.tidemark.engine.Transaction#update].
  public void update(TransactionContext tx, OpenTable table, byte[] primaryKey, byte[] newRow) {
    if (longRows.isLong(primaryKey, newRow)) {
      // The chain is written only for a row that is there, and locked.
      lockExisting(tx, table, primaryKey, new RowImage());
    }
    LongRows.Stored stored = longRows.store(table, tx.write(), primaryKey, newRow);
    List<SecondaryKeys.Change> changes;
    boolean done = false;
    try {
      changes = changeClustered(tx, table, primaryKey, stored, RowImage.of(newRow));
      done = true;
    } finally {
      if (!done) {
        longRows.free(stored);
      }
    }
    follow(tx, table, primaryKey, changes);
  }

  /// See [io.tidemark.engine.Transaction#delete].
  public boolean delete(TransactionContext tx, OpenTable table, byte[] primaryKey) {
    RowImage row = new RowImage();
    LockingReader.Found found = reader.lockRow(tx, table, primaryKey, true, LockWait.WAIT, row);
    if (found != LockingReader.Found.ROW) {
      return false;
    }
    WriteState write = tx.write();
    List<SecondaryKeys.Change> changes = changeClustered(tx, table, primaryKey, null, null);
    write.addRows(table.id(), -1);
    follow(tx, table, primaryKey, changes);
    return true;
  }

  private void lockExisting(
      TransactionContext tx, OpenTable table, byte[] primaryKey, RowImage row) {
    if (reader.lockRow(tx, table, primaryKey, true, LockWait.WAIT, row)
        != LockingReader.Found.ROW) {
      throw new Rejected(MySqlError.KEY_NOT_FOUND, table.descriptor().name());
    }
  }

  /// Replaces the row by `stored`, or deletes it if that is null; tells what changed in the
  /// secondary indexes.
  private List<SecondaryKeys.Change> changeClustered(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      LongRows.@Nullable Stored stored,
      @Nullable RowImage newRow) {
    OpenIndex index = table.clustered();
    WriteState write = tx.write();
    int entryBytes =
        stored == null ? 0 : primaryKey.length + ClusteredValue.HEADER_BYTES + stored.length();
    // The long row that was read outside the latch, and the version it belongs to.
    RowImage longOld = new RowImage();
    long longVersion = -1;
    while (true) {
      Step step;
      byte[] old;
      List<SecondaryKeys.Change> changes = List.of();
      try (MiniTransaction mtr = mtrs.begin()) {
        LeafPosition place = index.tree().seekForWrite(mtr, primaryKey, entryBytes);
        old = place.found() ? place.value() : new byte[0];
        step = lockForChange(tx, index, primaryKey, old, table);
        if (step == Step.DONE) {
          long version = ClusteredValue.rollPointer(old, 0);
          RowImage oldRow = null;
          if (table.indexCount() > 1) {
            oldRow = longOld;
            if (!ClusteredValue.isOverflow(old, 0)) {
              oldRow.set(
                  old, ClusteredValue.HEADER_BYTES, old.length - ClusteredValue.HEADER_BYTES);
            } else if (longVersion != version) {
              step = Step.READ_LONG;
            }
          }
          if (step == Step.DONE) {
            changes = SecondaryKeys.changes(table, primaryKey, oldRow, newRow);
            step = change(mtr, tx, table, place, primaryKey, old, stored, changes);
          }
        }
      }
      if (step == Step.READ_LONG) {
        byte[] row =
            longRows.read(
                table.descriptor().spaceId(), old, ClusteredValue.HEADER_BYTES, old.length);
        longOld.set(row, 0, row.length);
        longVersion = ClusteredValue.rollPointer(old, 0);
      } else if (goesOn(step, tx, write)) {
        locks.unlockRecordIfUncontended(tx.owner(), index.ranges(), primaryKey);
        return changes;
      }
    }
  }

  private Step lockForChange(
      TransactionContext tx, OpenIndex index, byte[] primaryKey, byte[] old, OpenTable table) {
    if (old.length == 0) {
      throw new Rejected(MySqlError.KEY_NOT_FOUND, table.descriptor().name());
    }
    long transactionId = ClusteredValue.transactionId(old, 0);
    if (transactionId != tx.ownId()) {
      LockOwner holder = system.findOtherOwner(transactionId, tx.owner());
      Outcome outcome =
          locks.lockRecord(tx.owner(), index.ranges(), primaryKey, true, holder, LockWait.WAIT);
      if (outcome == Outcome.WAITING) {
        return Step.WAIT;
      }
    }
    if (ClusteredValue.isDeleted(old, 0)) {
      throw new Rejected(MySqlError.KEY_NOT_FOUND, table.descriptor().name());
    }
    return Step.DONE;
  }

  private Step change(
      MiniTransaction mtr,
      TransactionContext tx,
      OpenTable table,
      LeafPosition place,
      byte[] primaryKey,
      byte[] old,
      LongRows.@Nullable Stored stored,
      List<SecondaryKeys.Change> changes) {
    List<IndexKey> keys = SecondaryKeys.oldKeys(table, changes);
    return stored == null
        ? markDeleted(mtr, tx, table, place, primaryKey, old, keys)
        : replace(mtr, tx, table, place, primaryKey, old, stored, keys);
  }

  private Step markDeleted(
      MiniTransaction mtr,
      TransactionContext tx,
      OpenTable table,
      LeafPosition place,
      byte[] primaryKey,
      byte[] old,
      List<IndexKey> keys) {
    WriteState write = tx.write();
    int start = ClusteredValue.HEADER_BYTES;
    PageFrame tail = system.undo().latchTail(mtr, write.segment());
    byte[] undo =
        update(
            write, table, primaryKey, oldVersion(old, new byte[0]), old, start, old.length, keys);
    if (undo.length > UndoRecord.MAX_BYTES || !SlottedPage.fits(tail.page(), undo.length)) {
      return undoDoesNotFit(undo);
    }
    long rollPointer = UndoSegments.nextPosition(tail);
    UndoSegments.append(mtr, tail, undo);
    byte[] header = new byte[ClusteredValue.HEADER_BYTES];
    int flags = ClusteredValue.flags(old, 0) & ClusteredValue.OVERFLOW;
    ClusteredValue.putHeader(header, 0, write.id(), rollPointer, flags | ClusteredValue.DELETED);
    place.patch(0, header);
    mtr.commit();
    write.appended(rollPointer);
    return Step.DONE;
  }

  private Step replace(
      MiniTransaction mtr,
      TransactionContext tx,
      OpenTable table,
      LeafPosition place,
      byte[] primaryKey,
      byte[] old,
      LongRows.Stored stored,
      List<IndexKey> keys) {
    WriteState write = tx.write();
    PageFrame tail = system.undo().latchTail(mtr, write.segment());
    byte[] droppedChain = ClusteredValue.reference(old, ClusteredValue.flags(old, 0), old.length);
    long rollPointer = UndoSegments.nextPosition(tail);
    byte[] value = stored.value(write.id(), rollPointer, stored.flags());
    byte[] undo =
        update(
            write,
            table,
            primaryKey,
            oldVersion(old, droppedChain),
            value,
            ClusteredValue.HEADER_BYTES,
            value.length,
            keys);
    if (undo.length > UndoRecord.MAX_BYTES || !SlottedPage.fits(tail.page(), undo.length)) {
      return undoDoesNotFit(undo);
    }
    UndoSegments.append(mtr, tail, undo);
    putValue(place, old, value);
    mtr.commit();
    write.appended(rollPointer);
    return Step.DONE;
  }

  /// Logs only what differs where the length stays.
  static void putValue(LeafPosition place, byte[] old, byte[] value) {
    int header = ClusteredValue.HEADER_BYTES;
    if (old.length != value.length) {
      place.replace(value);
      return;
    }
    int first = Arrays.mismatch(old, header, old.length, value, header, value.length);
    if (first < 0) {
      place.patch(0, value, 0, header);
      return;
    }
    int from = header + first;
    int to = value.length;
    while (to > from && old[to - 1] == value[to - 1]) {
      to--;
    }
    if (to - from > value.length / 2) {
      place.replace(value);
    } else {
      place.patch(0, value, 0, header);
      place.patch(from, value, from, to - from);
    }
  }

  private static Step undoDoesNotFit(byte[] undo) {
    if (undo.length > UndoRecord.MAX_BYTES) {
      throw new Rejected(MySqlError.TOO_BIG_ROWSIZE, UndoRecord.MAX_BYTES);
    }
    return Step.EXTEND;
  }

  private static UndoRecord.OldVersion oldVersion(byte[] old, byte[] droppedChain) {
    return new UndoRecord.OldVersion(
        ClusteredValue.transactionId(old, 0),
        ClusteredValue.rollPointer(old, 0),
        ClusteredValue.flags(old, 0),
        old,
        ClusteredValue.HEADER_BYTES,
        old.length,
        droppedChain);
  }

  private static byte[] update(
      WriteState write,
      OpenTable table,
      byte[] primaryKey,
      UndoRecord.OldVersion old,
      byte[] newRow,
      int start,
      int end,
      List<IndexKey> keys) {
    return UndoRecord.update(write.id(), table.id(), primaryKey, old, newRow, start, end, keys)
        .encode();
  }

  /// Brings the secondary indexes in line with a changed row.
  private void follow(
      TransactionContext tx,
      OpenTable table,
      byte[] primaryKey,
      List<SecondaryKeys.Change> changes) {
    for (SecondaryKeys.Change change : changes) {
      byte[] oldKey = change.oldKey;
      byte[] newKey = change.newKey;
      if (oldKey != null) {
        secondaries.mark(tx, change.index, oldKey);
      }
      if (newKey != null) {
        secondaries.insert(tx, table, change.index, primaryKey, newKey, false);
      }
    }
  }

  /// Does what must be done without latches; true if the step was the last.
  boolean goesOn(Step step, TransactionContext tx, WriteState write) {
    switch (step) {
      case DONE -> {
        return true;
      }
      case WAIT -> tx.awaitLock();
      case EXTEND -> system.undo().extend(write.segment());
      case READ_LONG -> throw new IllegalStateException("not here");
    }
    return false;
  }

  /// How an attempt under latches ended.
  enum Step {
    DONE,
    /// A lock is in the way.
    WAIT,
    /// The undo page is full.
    EXTEND,
    /// The old row's overflow chain must be read first.
    READ_LONG
  }
}
