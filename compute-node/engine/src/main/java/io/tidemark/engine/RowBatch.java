package io.tidemark.engine;

import java.util.Arrays;
import java.util.Objects;

/// Rows to be inserted together, in the order in which the statement has them. Reusable. Confined
/// to one thread.
public final class RowBatch {
  private static final int MAX_ROWS = 256;
  private static final int FULL_BYTES = 64 << 10;

  private byte[][] primaryKeys = new byte[16][];
  private byte[][] rows = new byte[16][];
  private int size;
  private int bytes;

  /// Adds a row; its arrays are the batch's until [#clear].
  public void add(byte[] primaryKey, byte[] row) {
    if (size == MAX_ROWS) {
      throw new IllegalStateException("batch: full with " + size + " rows");
    }
    if (size == rows.length) {
      primaryKeys = Arrays.copyOf(primaryKeys, 2 * size);
      rows = Arrays.copyOf(rows, 2 * size);
    }
    primaryKeys[size] = primaryKey;
    rows[size] = row;
    size++;
    bytes += primaryKey.length + row.length;
  }

  /// Whether it is time to insert what has gathered.
  public boolean isFull() {
    return size == MAX_ROWS || bytes >= FULL_BYTES;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public int size() {
    return size;
  }

  /// Not to be changed.
  public byte[] primaryKey(int number) {
    return primaryKeys[Objects.checkIndex(number, size)];
  }

  /// Not to be changed.
  public byte[] row(int number) {
    return rows[Objects.checkIndex(number, size)];
  }

  public void clear() {
    Arrays.fill(primaryKeys, 0, size, null);
    Arrays.fill(rows, 0, size, null);
    size = 0;
    bytes = 0;
  }
}
