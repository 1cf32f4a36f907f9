package io.tidemark.engine.table;

import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.txn.ReadView;
import io.tidemark.engine.undo.RollPointer;
import io.tidemark.engine.undo.UndoRecord;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;

/// Finds the version of a row that a reader sees, going back through undo from the newest one. On
/// the writer and on replicas alike. Immutable.
public final class VersionReader {
  private final BufferPool pool;
  private final LongRows longRows;

  public VersionReader(BufferPool pool, LongRows longRows) {
    this.pool = pool;
    this.longRows = longRows;
  }

  /// Sets `out` to the row as `view` sees it, given the newest version's value
  /// `bytes[offset..offset+length)`; false if the view sees no row. `out` may refer to `bytes`.
  public boolean read(
      OpenTable table,
      byte[] primaryKey,
      byte[] bytes,
      int offset,
      int length,
      ReadView view,
      RowImage out) {
    if (view.sees(ClusteredValue.transactionId(bytes, offset))) {
      return newest(table, bytes, offset, length, out);
    }
    return older(table, primaryKey, bytes, offset, length, view, out);
  }

  /// As [#read] for a view that sees everything.
  public boolean newest(OpenTable table, byte[] bytes, int offset, int length, RowImage out) {
    if (ClusteredValue.isDeleted(bytes, offset)) {
      return false;
    }
    finish(table, bytes, offset, length, ClusteredValue.isOverflow(bytes, offset), out);
    return true;
  }

  /// As [#newest] for a reader that sees everything and has nothing locked: a rollback may have
  /// taken the version back, and freed the long row's chain, since `bytes` were read. Then the row
  /// is read again.
  public boolean uncommitted(
      OpenTable table, byte[] primaryKey, byte[] bytes, int offset, int length, RowImage out) {
    byte[] value = bytes;
    int at = offset;
    int valueLength = length;
    while (true) {
      try {
        return newest(table, value, at, valueLength, out);
      } catch (Corrupt e) {
        byte[] now = findValue(table, primaryKey);
        if (now.length == 0) {
          return false;
        }
        if (ClusteredValue.rollPointer(now, 0) == ClusteredValue.rollPointer(value, at)
            && ClusteredValue.transactionId(now, 0) == ClusteredValue.transactionId(value, at)) {
          throw e;
        }
        value = now;
        at = 0;
        valueLength = now.length;
      }
    }
  }

  /// The value in the leaf, empty if there is none.
  private static byte[] findValue(OpenTable table, byte[] primaryKey) {
    OpenIndex index = table.clustered();
    EntryReader reader = index.borrowReader();
    try {
      return index.tree().search(primaryKey, reader) ? reader.toArray() : new byte[0];
    } finally {
      index.giveBack(reader);
    }
  }

  private void finish(
      OpenTable table, byte[] bytes, int offset, int length, boolean overflow, RowImage out) {
    int start = offset + ClusteredValue.HEADER_BYTES;
    int end = offset + length;
    if (overflow) {
      byte[] row = longRows.read(table.descriptor().spaceId(), bytes, start, end);
      out.set(row, 0, row.length);
    } else {
      out.set(bytes, start, end - start);
    }
  }

  private boolean older(
      OpenTable table,
      byte[] primaryKey,
      byte[] bytes,
      int offset,
      int length,
      ReadView view,
      RowImage out) {
    Version version = new Version(bytes, offset, length);
    do {
      if (!version.goBack(pool, table.id(), primaryKey)) {
        return false;
      }
    } while (!view.sees(version.transactionId));
    if ((version.flags & ClusteredValue.DELETED) != 0) {
      return false;
    }
    int from = version.start - ClusteredValue.HEADER_BYTES;
    finish(
        table,
        version.bytes,
        from,
        version.end - from,
        (version.flags & ClusteredValue.OVERFLOW) != 0,
        out);
    return true;
  }

  /// One version in the chain of a row: header fields, and the stored row in `bytes[start..end)`.
  static final class Version {
    long transactionId;
    long rollPointer;
    int flags;
    byte[] bytes;
    int start;
    int end;

    /// The newest version, from the value in the leaf.
    Version(byte[] value, int offset, int length) {
      this.transactionId = ClusteredValue.transactionId(value, offset);
      this.rollPointer = ClusteredValue.rollPointer(value, offset);
      this.flags = ClusteredValue.flags(value, offset);
      this.bytes = value;
      this.start = offset + ClusteredValue.HEADER_BYTES;
      this.end = offset + length;
    }

    /// Becomes the version before; false if there is none.
    boolean goBack(BufferPool pool, long tableId, byte[] primaryKey) {
      if ((flags & ClusteredValue.FIRST) != 0) {
        return false;
      }
      UndoRecord record = UndoSegments.read(pool, rollPointer);
      if (record.type() != UndoRecord.UPDATE
          || record.transactionId() != transactionId
          || record.tableId() != tableId
          || !Arrays.equals(record.primaryKey(), primaryKey)) {
        throw new Corrupt(
            "undo record %s: expected an update by transaction %d of table %d, found %s"
                .formatted(RollPointer.toString(rollPointer), transactionId, tableId, record));
      }
      goBack(record);
      return true;
    }

    /// Becomes the version that `record` replaced.
    void goBack(UndoRecord record) {
      // Room for a header in front, so that the version can be read where it stands.
      byte[] older = new byte[ClusteredValue.HEADER_BYTES + record.oldRowLength()];
      record.buildOldRow(bytes, start, end, older, ClusteredValue.HEADER_BYTES);
      bytes = older;
      start = ClusteredValue.HEADER_BYTES;
      end = older.length;
      transactionId = record.oldTransactionId();
      rollPointer = record.oldRollPointer();
      flags = record.oldFlags();
    }

    boolean isDeleted() {
      return (flags & ClusteredValue.DELETED) != 0;
    }
  }
}
