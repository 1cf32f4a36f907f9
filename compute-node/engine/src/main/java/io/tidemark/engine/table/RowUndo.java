package io.tidemark.engine.table;

import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.table.VersionReader.Version;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.engine.undo.RollPointer;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.engine.undo.UndoSegments.UndoPage;
import io.tidemark.storage.page.PageHeader;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Takes changes back, newest first.
///
/// A record counts as open while the row's roll pointer leads to it, so taking back can stop
/// anywhere, crash, and start over: what is done is passed over. The secondary entries go first,
/// then the row, and at last, by records of its own, the overflow chain that it had. Records stay
/// where they are until purge drops their page.
///
/// An entry that the transaction had made exist is removed, or, if a version that somebody may
/// still see had the same key, marked again as of the transaction that had taken it from the row:
/// found by walking the row's versions, while the horizon is pinned. Thread-safe.
public final class RowUndo {
  private final TransactionSystem system;
  private final MiniTransactions mtrs;
  private final BufferPool pool;
  private final OpenTables tables;
  private final LongRows longRows;
  private final SecondaryWriter secondaries;

  RowUndo(
      TransactionSystem system, OpenTables tables, LongRows longRows, SecondaryWriter secondaries) {
    this.system = system;
    this.mtrs = system.mtrs();
    this.pool = mtrs.pool();
    this.tables = tables;
    this.longRows = longRows;
    this.secondaries = secondaries;
  }

  /// Takes back everything behind a position of [WriteState#position]. With `keepLocks` the rows
  /// stay locked, as they must if the transaction goes on.
  public void rollback(WriteState write, long toPosition, boolean keepLocks) {
    rollback(write, toPosition, keepLocks, () -> false);
  }

  /// As [#rollback] until `stop` says so; true if everything is taken back.
  public boolean rollback(
      WriteState write, long toPosition, boolean keepLocks, BooleanSupplier stop) {
    for (int index = write.undoPageCount() - 1; index >= 0; index--) {
      int first = write.firstSlot(index);
      long pageBase = (long) (index + 1) << 16;
      if ((pageBase | 0xFFFF) < toPosition) {
        return true;
      }
      int pageNo = write.undoPage(index);
      List<byte[]> records = UndoSegments.readPage(pool, pageNo, first).records();
      for (int i = records.size() - 1; i >= 0; i--) {
        int slot = first + i;
        if ((pageBase | slot) < toPosition) {
          return true;
        }
        if (UndoRecord.isDead(records.get(i))) {
          continue;
        }
        if (stop.getAsBoolean()) {
          return false;
        }
        UndoRecord record = UndoRecord.decode(records.get(i));
        if (record.transactionId() == write.id()) {
          takeBack(write, record, RollPointer.of(pageNo, slot), keepLocks);
        }
      }
    }
    return true;
  }

  /// Finds the undo pages of a transaction that an earlier writer left open. Reads all of them.
  public void findPages(WriteState write) {
    ArrayDeque<long[]> pages = new ArrayDeque<>();
    int pageNo = write.segment().tailPage();
    while (pageNo != PageHeader.NO_PAGE) {
      UndoPage page = UndoSegments.readPage(pool, pageNo, 0);
      int first = page.records().size();
      while (first > 0 && UndoRecord.transactionId(page.records().get(first - 1)) == write.id()) {
        first--;
      }
      if (first < page.records().size()) {
        pages.addFirst(new long[] {pageNo, first, page.records().size() - 1L});
      }
      pageNo = first == 0 ? page.left() : PageHeader.NO_PAGE;
    }
    for (long[] page : pages) {
      write.appended(RollPointer.of((int) page[0], (int) page[1]));
      write.appended(RollPointer.of((int) page[0], (int) page[2]));
    }
  }

  private void takeBack(WriteState write, UndoRecord record, long rollPointer, boolean keepLocks) {
    OpenTable table = record.type() == UndoRecord.INDEX_KEYS ? null : tables.find(record.tableId());
    if (table == null) {
      return;
    }
    if (record.type() == UndoRecord.CHAIN) {
      longRows.free(table.descriptor().spaceId(), record.droppedChain());
      return;
    }
    byte[] value = readIfCurrent(table, record, rollPointer);
    if (value == null) {
      return;
    }
    if (keepLocks) {
      system.locks().makeExplicit(write.owner(), table.clustered().ranges(), record.primaryKey());
    }
    try (HorizonRegistry.Lease pin = system.horizons().pinHorizon()) {
      Version old = null;
      if (record.type() == UndoRecord.UPDATE) {
        old = new Version(value, 0, value.length);
        old.goBack(record);
      }
      if (table.indexCount() > 1) {
        takeBackKeys(write, table, record, value, old, pin.lsn());
      }
      takeBackRow(table, record, rollPointer, old, pin.lsn());
    }
    countRow(write, record, value);
  }

  private static void countRow(WriteState write, UndoRecord record, byte[] value) {
    boolean now = !ClusteredValue.isDeleted(value, 0);
    boolean before =
        record.type() == UndoRecord.UPDATE && (record.oldFlags() & ClusteredValue.DELETED) == 0;
    if (now != before) {
      write.addRows(record.tableId(), now ? -1 : 1);
    }
  }

  private byte @Nullable [] readIfCurrent(OpenTable table, UndoRecord record, long rollPointer) {
    OpenIndex index = table.clustered();
    EntryReader reader = index.borrowReader();
    try {
      if (!index.tree().search(record.primaryKey(), reader)) {
        return null;
      }
      byte[] value = reader.toArray();
      return isCurrent(value, record, rollPointer) ? value : null;
    } finally {
      index.giveBack(reader);
    }
  }

  private static boolean isCurrent(byte[] value, UndoRecord record, long rollPointer) {
    return ClusteredValue.rollPointer(value, 0) == rollPointer
        && ClusteredValue.transactionId(value, 0) == record.transactionId();
  }

  private void takeBackKeys(
      WriteState write,
      OpenTable table,
      UndoRecord record,
      byte[] value,
      @Nullable Version old,
      long horizon) {
    byte[] primaryKey = record.primaryKey();
    RowImage newRow =
        ClusteredValue.isDeleted(value, 0)
            ? null
            : image(table, new Version(value, 0, value.length));
    RowImage oldRow = old == null || old.isDeleted() ? null : image(table, old);
    for (SecondaryKeys.Change change : SecondaryKeys.changes(table, primaryKey, oldRow, newRow)) {
      byte[] newKey = change.newKey;
      byte[] oldKey = change.oldKey;
      if (newKey != null) {
        long markedBy = whoTook(table, change.index, primaryKey, newKey, value, horizon);
        secondaries.takeBackInsert(change.index, newKey, write.id(), markedBy);
      }
      if (oldKey != null) {
        secondaries.takeBackMark(change.index, oldKey, write.id(), record.oldTransactionId());
      }
    }
  }

  /// The transaction that had taken `key` from the row before it got it again, if somebody may
  /// still see the row with it; else 0.
  private long whoTook(
      OpenTable table, OpenIndex index, byte[] primaryKey, byte[] key, byte[] value, long horizon) {
    Version version = new Version(value, 0, value.length);
    while (true) {
      long newer = version.transactionId;
      if (system.commits().endLsn(newer) <= horizon
          || !version.goBack(pool, table.id(), primaryKey)) {
        return 0;
      }
      if (!version.isDeleted()
          && Arrays.equals(
              SecondaryKeys.keyOf(table, index, primaryKey, image(table, version)), key)) {
        return newer;
      }
    }
  }

  private RowImage image(OpenTable table, Version version) {
    RowImage image = new RowImage();
    if ((version.flags & ClusteredValue.OVERFLOW) != 0) {
      byte[] row =
          longRows.read(table.descriptor().spaceId(), version.bytes, version.start, version.end);
      image.set(row, 0, row.length);
    } else {
      image.set(version.bytes, version.start, version.end - version.start);
    }
    return image;
  }

  private void takeBackRow(
      OpenTable table, UndoRecord record, long rollPointer, @Nullable Version old, long horizon) {
    OpenIndex index = table.clustered();
    byte[] key = record.primaryKey();
    // A deleted version that purge has passed already would never be removed.
    boolean remove =
        old == null || (old.isDeleted() && system.commits().endLsn(old.transactionId) <= horizon);
    int oldBytes = old == null ? 0 : old.end - old.start + ClusteredValue.HEADER_BYTES;
    if (remove && old != null) {
      // Before the row goes: after a crash in between this record leads to the chain again.
      longRows.free(
          table.descriptor().spaceId(), ClusteredValue.reference(old.bytes, old.flags, old.end));
    }
    boolean emptied = false;
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = index.tree().seekForWrite(mtr, key, remove ? 0 : key.length + oldBytes);
      if (place.found() && isCurrent(place.value(), record, rollPointer)) {
        UndoSegments.markDead(mtr, rollPointer, record.type());
        if (remove) {
          emptied = place.delete();
        } else if (old != null) {
          byte[] value = Arrays.copyOfRange(old.bytes, 0, old.end);
          ClusteredValue.putHeader(value, 0, old.transactionId, old.rollPointer, old.flags);
          RowWriter.putValue(place, place.value(), value);
        }
        mtr.commit();
      }
    }
    if (emptied) {
      index.tree().removeEmptyLeaf(mtrs, key);
    }
  }
}
