package io.tidemark.engine.table;

import io.tidemark.engine.row.RowFormat;
import io.tidemark.engine.undo.UndoRecord.IndexKey;
import io.tidemark.engine.undo.UndoRecord.KeyBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The secondary index entries by which two versions of a row differ.
final class SecondaryKeys {
  private SecondaryKeys() {}

  /// One index whose entry changes; a null key means that the version has none.
  static final class Change {
    final OpenIndex index;
    final byte @Nullable [] oldKey;
    final byte @Nullable [] newKey;

    Change(OpenIndex index, byte @Nullable [] oldKey, byte @Nullable [] newKey) {
      this.index = index;
      this.oldKey = oldKey;
      this.newKey = newKey;
    }
  }

  /// The key of a row in an index.
  static byte[] keyOf(OpenTable table, OpenIndex index, byte[] primaryKey, RowImage row) {
    return table
        .format()
        .secondaryKey(index.number(), primaryKey, row.buffer(), row.offset(), row.length());
  }

  /// Differences from `oldRow` to `newRow`; null stands for no row.
  static List<Change> changes(
      OpenTable table, byte[] primaryKey, @Nullable RowImage oldRow, @Nullable RowImage newRow) {
    if (table.indexCount() == 1) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>();
    for (int number = 1; number < table.indexCount(); number++) {
      OpenIndex index = table.index(number);
      byte[] oldKey = oldRow == null ? null : keyOf(table, index, primaryKey, oldRow);
      byte[] newKey = newRow == null ? null : keyOf(table, index, primaryKey, newRow);
      if (oldKey == null || newKey == null || !Arrays.equals(oldKey, newKey)) {
        changes.add(new Change(index, oldKey, newKey));
      }
    }
    return changes;
  }

  /// The old keys as undo keeps them.
  static List<IndexKey> oldKeys(OpenTable table, List<Change> changes) {
    if (changes.isEmpty()) {
      return List.of();
    }
    List<IndexKey> keys = new ArrayList<>(changes.size());
    for (Change change : changes) {
      byte[] key = change.oldKey;
      if (key != null) {
        keys.add(
            new IndexKey(
                change.index.descriptor().indexId(),
                new KeyBytes(columnPart(table.format(), change.index, key))));
      }
    }
    return keys;
  }

  static byte[] columnPart(RowFormat format, OpenIndex index, byte[] key) {
    return Arrays.copyOf(key, format.columnPartLength(index.number(), key, 0, key.length));
  }

  static byte[] concat(byte[] columnPart, byte[] primaryKey) {
    byte[] key = Arrays.copyOf(columnPart, columnPart.length + primaryKey.length);
    System.arraycopy(primaryKey, 0, key, columnPart.length, primaryKey.length);
    return key;
  }
}
