package io.tidemark.engine.writer;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.row.RowFormat;
import io.tidemark.engine.row.RowFormatFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Rows for tests: a number `k` (i32), a number `u` (i32, [#NULL] for NULL), then any text.
///
/// The definition is one byte for each secondary index: `k` or `u`. The column part is a NULL flag
/// and the number.
final class TestFormat implements RowFormat {
  static final RowFormatFactory FACTORY = TestFormat::new;
  static final int NULL = Integer.MIN_VALUE;

  private final byte[] columns;

  TestFormat(TableDescriptor table) {
    this.columns = table.definition();
  }

  static byte[] definition(String columns) {
    return columns.getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] row(int k, int u, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length).putInt(k).putInt(u).put(bytes).array();
  }

  static byte[] key(int primary) {
    return ByteBuffer.allocate(4).putInt(primary ^ Integer.MIN_VALUE).array();
  }

  static int number(byte[] key) {
    return ByteBuffer.wrap(key).getInt() ^ Integer.MIN_VALUE;
  }

  static int k(byte[] row) {
    return ByteBuffer.wrap(row).getInt();
  }

  static int u(byte[] row) {
    return ByteBuffer.wrap(row).getInt(4);
  }

  static String text(byte[] row) {
    return new String(row, 8, row.length - 8, StandardCharsets.UTF_8);
  }

  static byte[] columnPart(int value) {
    byte[] part = new byte[5];
    part[0] = (byte) (value == NULL ? 0 : 1);
    ByteBuffer.wrap(part).putInt(1, value ^ Integer.MIN_VALUE);
    return part;
  }

  @Override
  public byte[] secondaryKey(
      int indexNo, byte[] primaryKey, byte[] rowBuffer, int rowOffset, int rowLength) {
    ByteBuffer row = ByteBuffer.wrap(rowBuffer, rowOffset, rowLength);
    int value = row.getInt(rowOffset + (columns[indexNo - 1] == 'k' ? 0 : 4));
    byte[] key = Arrays.copyOf(columnPart(value), 5 + primaryKey.length);
    System.arraycopy(primaryKey, 0, key, 5, primaryKey.length);
    return key;
  }

  @Override
  public int columnPartLength(int indexNo, byte[] key, int offset, int length) {
    return 5;
  }

  @Override
  public boolean hasNull(int indexNo, byte[] key, int offset, int length) {
    return key[offset] == 0;
  }
}
