package io.tidemark.engine.table;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.BulkInsert;
import io.tidemark.engine.btree.TreeEntries;
import io.tidemark.engine.mtr.MiniTransactions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Fills a new secondary index from the rows of its table, which nobody changes meanwhile.
///
/// Keys are sorted in runs that fit into memory, so that many inserts share a leaf and an mtr.
/// Confined to one thread.
public final class IndexBuilder {
  private static final long RUN_BYTES = 16 << 20;
  private static final int KEY_OVERHEAD_BYTES = 48;

  private final MiniTransactions mtrs;
  private final VersionReader versions;
  private final OpenTable table;
  private final OpenIndex index;
  private final List<Entry> run = new ArrayList<>();
  private long runBytes;
  private int runs;

  /// A key, its first bytes as a number to compare by, and the transaction that wrote its row.
  private static final class Entry implements Comparable<Entry> {
    final byte[] key;
    final long prefix;
    final long transactionId;

    Entry(byte[] key, long transactionId) {
      this.key = key;
      this.prefix = KeyPrefix.of(key);
      this.transactionId = transactionId;
    }

    @Override
    public int compareTo(Entry other) {
      return KeyPrefix.compare(prefix, key, other.prefix, other.key);
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
    Collections.sort(run);
    if (index.descriptor().unique()) {
      checkUnique();
    }
    BulkInsert.insert(index.tree(), mtrs, new Entries(run), run.size());
    run.clear();
    runBytes = 0;
    runs++;
  }

  /// Compares each key with the one before it, and with those of earlier runs.
  private void checkUnique() {
    byte[] before = {};
    for (Entry entry : run) {
      byte[] key = entry.key;
      if (table.format().hasNull(index.number(), key, 0, key.length)) {
        continue;
      }
      int length = table.format().columnPartLength(index.number(), key, 0, key.length);
      if (startsWith(before, key, length)) {
        throw new DuplicateKey(index.number(), Arrays.copyOfRange(before, length, before.length));
      }
      if (runs > 0) {
        checkNotThere(key, length);
      }
      before = key;
    }
  }

  private void checkNotThere(byte[] key, int length) {
    BTreeCursor cursor = index.borrowCursor();
    try {
      cursor.seek(Arrays.copyOf(key, length), true);
      if (cursor.next()) {
        byte[] there = cursor.key();
        if (startsWith(there, key, length)) {
          throw new DuplicateKey(index.number(), Arrays.copyOfRange(there, length, there.length));
        }
      }
    } finally {
      index.giveBack(cursor);
    }
  }

  private static boolean startsWith(byte[] key, byte[] other, int length) {
    return key.length >= length && Arrays.equals(key, 0, length, other, 0, length);
  }

  /// A run as the tree takes it.
  private static final class Entries implements TreeEntries {
    private final List<Entry> run;

    Entries(List<Entry> run) {
      this.run = run;
    }

    @Override
    public byte[] key(int entry) {
      return run.get(entry).key;
    }

    @Override
    public int valueLength(int entry) {
      return SecondaryValue.BYTES;
    }

    @Override
    public void putValue(int entry, byte[] target, int at) {
      SecondaryValue.put(target, at, run.get(entry).transactionId, false);
    }
  }
}
