package io.tidemark.engine.table;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Fills a new secondary index from the rows of its table, which nobody changes meanwhile.
///
/// Keys are sorted in runs that fit into memory, so that most inserts go to the leaf of the one
/// before. Confined to one thread.
public final class IndexBuilder {
  private static final long RUN_BYTES = 16 << 20;
  private static final int KEY_OVERHEAD_BYTES = 48;

  private final MiniTransactions mtrs;
  private final VersionReader versions;
  private final OpenTable table;
  private final OpenIndex index;
  private final List<Entry> run = new ArrayList<>();
  private long runBytes;

  /// A key, and the transaction that wrote its row.
  private static final class Entry {
    final byte[] key;
    final long transactionId;

    Entry(byte[] key, long transactionId) {
      this.key = key;
      this.transactionId = transactionId;
    }
  }

  public IndexBuilder(MiniTransactions mtrs, OpenTable table, int indexNo) {
    this.mtrs = mtrs;
    this.versions = new VersionReader(mtrs.pool(), LongRows.forReader(mtrs.pool()));
    this.table = table;
    this.index = table.index(indexNo);
  }

  /// @throws DuplicateKey if the index is unique and two rows have the same key
  public void build() {
    BTreeCursor rows = table.clustered().borrowCursor();
    try {
      RowImage row = new RowImage();
      rows.seekFirst();
      while (rows.next()) {
        int value = rows.valueOffset();
        if (versions.newest(table, rows.buffer(), value, rows.valueLength(), row)) {
          byte[] key = SecondaryKeys.keyOf(table, index, rows.key(), row);
          run.add(new Entry(key, ClusteredValue.transactionId(rows.buffer(), value)));
          runBytes += key.length + KEY_OVERHEAD_BYTES;
          if (runBytes > RUN_BYTES) {
            insertRun();
          }
        }
      }
      insertRun();
    } finally {
      table.clustered().giveBack(rows);
    }
  }

  private void insertRun() {
    run.sort((one, other) -> Arrays.compareUnsigned(one.key, other.key));
    for (Entry entry : run) {
      byte[] key = entry.key;
      if (index.descriptor().unique()
          && !table.format().hasNull(index.number(), key, 0, key.length)) {
        checkUnique(key);
      }
      try (MiniTransaction mtr = mtrs.begin()) {
        LeafPosition place = index.tree().seekForWrite(mtr, key, key.length + SecondaryValue.BYTES);
        place.insert(SecondaryValue.of(entry.transactionId, false));
        mtr.commit();
      }
    }
    run.clear();
    runBytes = 0;
  }

  private void checkUnique(byte[] key) {
    byte[] columnPart = SecondaryKeys.columnPart(table.format(), index, key);
    BTreeCursor cursor = index.borrowCursor();
    try {
      cursor.seek(columnPart, true);
      if (cursor.next()) {
        byte[] there = cursor.key();
        if (there.length >= columnPart.length
            && Arrays.equals(there, 0, columnPart.length, columnPart, 0, columnPart.length)) {
          throw new DuplicateKey(
              index.number(), Arrays.copyOfRange(there, columnPart.length, there.length));
        }
      }
    } finally {
      index.giveBack(cursor);
    }
  }
}
