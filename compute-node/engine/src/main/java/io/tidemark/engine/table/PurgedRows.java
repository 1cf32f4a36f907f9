package io.tidemark.engine.table;

import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.undo.UndoRecord;

/// Removes what an undo record says nobody can see any more, once its transaction is below the
/// horizon: index entries marked by it, the row if it deleted it, the overflow chain it replaced.
///
/// Every removal checks that the entry still is as the transaction left it; what changed since is
/// the business of a later record. So records may be worked through in any order, and again after a
/// crash. Thread-safe.
public final class PurgedRows {
  private final MiniTransactions mtrs;
  private final OpenTables tables;
  private final LongRows longRows;
  private final SecondaryWriter secondaries;

  PurgedRows(
      MiniTransactions mtrs, OpenTables tables, LongRows longRows, SecondaryWriter secondaries) {
    this.mtrs = mtrs;
    this.tables = tables;
    this.longRows = longRows;
    this.secondaries = secondaries;
  }

  /// Works through one encoded record, which is at `rollPointer`.
  public void purge(byte[] encoded, long rollPointer) {
    if (encoded[0] == UndoRecord.INSERT
        || encoded[0] == UndoRecord.CHAIN
        || UndoRecord.isDead(encoded)) {
      return;
    }
    UndoRecord record = UndoRecord.decode(encoded);
    boolean deletes =
        record.type() == UndoRecord.UPDATE && (record.oldFlags() & ClusteredValue.DELETED) == 0;
    if (!deletes && record.indexKeys().isEmpty() && record.droppedChain().length == 0) {
      return;
    }
    OpenTable table = tables.find(record.tableId());
    if (table == null) {
      return;
    }
    for (UndoRecord.IndexKey key : record.indexKeys()) {
      OpenIndex index = table.findIndex(key.indexId());
      if (index != null) {
        secondaries.purge(
            index,
            SecondaryKeys.concat(key.columnPart().bytes(), record.primaryKey()),
            record.transactionId());
      }
    }
    if (deletes && record.isDeletion()) {
      removeDeleted(table, record, rollPointer);
    }
    longRows.free(table.descriptor().spaceId(), record.droppedChain());
  }

  private void removeDeleted(OpenTable table, UndoRecord record, long rollPointer) {
    OpenIndex index = table.clustered();
    byte[] chain = tryRemove(index, record, rollPointer, false);
    if (chain.length > 0) {
      // Before the row goes: after a crash in between this record leads to the chain again.
      longRows.free(table.descriptor().spaceId(), chain);
      tryRemove(index, record, rollPointer, true);
    }
  }

  /// Removes the row if it still is as the record's transaction deleted it. A row with an overflow
  /// chain stays until `chainFreed`, and the answer is the chain's reference; otherwise empty.
  private byte[] tryRemove(
      OpenIndex index, UndoRecord record, long rollPointer, boolean chainFreed) {
    byte[] key = record.primaryKey();
    boolean emptied = false;
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition place = index.tree().seekForWrite(mtr, key, 0);
      byte[] value = place.found() ? place.value() : new byte[0];
      if (place.found()
          && ClusteredValue.rollPointer(value, 0) == rollPointer
          && ClusteredValue.transactionId(value, 0) == record.transactionId()
          && ClusteredValue.isDeleted(value, 0)) {
        if (!chainFreed && ClusteredValue.isOverflow(value, 0)) {
          return ClusteredValue.reference(value, ClusteredValue.flags(value, 0), value.length);
        }
        emptied = place.delete();
        mtr.commit();
      }
    }
    if (emptied) {
      index.tree().removeEmptyLeaf(mtrs, key);
    }
    return new byte[0];
  }
}
