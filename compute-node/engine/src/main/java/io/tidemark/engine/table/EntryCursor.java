package io.tidemark.engine.table;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.btree.BTreeCursor;
import java.util.Arrays;

/// What all cursors have in common: the scan below, the current row, the accessors. Confined to the
/// transaction's thread.
abstract sealed class EntryCursor implements Cursor permits ConsistentCursor, LockingCursor {
  final OpenTable table;
  final OpenIndex index;
  final ScanOptions options;
  final RangeScan scan;
  final BTreeCursor entries;
  final RowImage row = new RowImage();
  private boolean closed;

  EntryCursor(OpenTable table, OpenIndex index, KeyRange range, ScanOptions options) {
    this.table = table;
    this.index = index;
    this.options = options;
    this.entries = index.borrowCursor();
    this.scan = new RangeScan(entries, range, options.descending());
  }

  final boolean isClustered() {
    return index.number() == 0;
  }

  @Override
  public final byte[] keyBuffer() {
    return entries.buffer();
  }

  @Override
  public final int keyOffset() {
    return entries.keyOffset();
  }

  @Override
  public final int keyLength() {
    return entries.keyLength();
  }

  @Override
  public final byte[] rowBuffer() {
    return row.buffer();
  }

  @Override
  public final int rowOffset() {
    return row.offset();
  }

  @Override
  public final int rowLength() {
    return row.length();
  }

  @Override
  public final byte[] primaryKey() {
    int start = entries.keyOffset() + columnPartLength();
    return Arrays.copyOfRange(entries.buffer(), start, entries.keyOffset() + entries.keyLength());
  }

  /// Where the primary key begins in the current key.
  final int columnPartLength() {
    return isClustered()
        ? 0
        : table
            .format()
            .columnPartLength(
                index.number(), entries.buffer(), entries.keyOffset(), entries.keyLength());
  }

  final boolean isCurrentKey(byte[] key) {
    return Arrays.equals(
        entries.buffer(),
        entries.keyOffset(),
        entries.keyOffset() + entries.keyLength(),
        key,
        0,
        key.length);
  }

  final boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      index.giveBack(entries);
    }
  }
}
