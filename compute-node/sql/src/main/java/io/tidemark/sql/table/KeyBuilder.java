package io.tidemark.sql.table;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.type.SqlType;
import java.math.BigDecimal;
import java.util.Arrays;

/// Appends encoded columns of an index key, in the order of its parts. Confined to one thread;
/// reusable after [#clear].
///
/// Each part: if the column may be NULL one byte, 0 for NULL (which sorts first) or 1; then, unless
/// NULL, the fixed form of [ColumnFormat], or the collation's sort key. A descending part has all
/// its bytes inverted. Parts are prefix-free, so keys of the same index compare as their columns
/// do.
public final class KeyBuilder {
  private final IndexKeyCodec codec;
  private byte[] bytes;
  private int length;
  private int nextPart;

  KeyBuilder(IndexKeyCodec codec, int expectedBytes) {
    this.codec = codec;
    this.bytes = new byte[expectedBytes];
  }

  public KeyBuilder clear() {
    length = 0;
    nextPart = 0;
    return this;
  }

  /// The encoded columns of a row, without a primary key behind them.
  public byte[] columnKey(ColumnReader row) {
    clear();
    addColumns(row);
    return toBytes();
  }

  void addColumns(ColumnReader row) {
    for (int i = codec.parts().size(); i > 0; i--) {
      add(row);
    }
  }

  /// Number of parts appended since [#clear].
  public int partCount() {
    return nextPart;
  }

  /// Type of the column that comes next.
  SqlType nextType() {
    return codec.part(nextPart).format().type();
  }

  public void addNull() {
    KeyPart part = codec.part(nextPart++);
    if (!part.nullable()) {
      throw new IllegalArgumentException("NULL in a key part that is NOT NULL");
    }
    ensure(1);
    bytes[length++] = part.descending() ? (byte) 0xFF : 0;
  }

  /// A value in the form of [ColumnReader#getLong].
  public void addLong(long value) {
    KeyPart part = beginPart();
    addFixed(part, FixedForms.ofLong(part.format(), value));
  }

  public void addDouble(double value) {
    KeyPart part = beginPart();
    boolean single = part.format().width() == 4;
    addFixed(part, single ? FixedForms.ofFloat((float) value) : FixedForms.ofDouble(value));
  }

  /// A decimal that needs no more digits than the column has.
  public void addDecimal(BigDecimal value) {
    KeyPart part = beginPart();
    ColumnFormat format = part.format();
    ensure(format.width());
    FixedForms.putDecimal(
        bytes, length, format.width(), value.setScale(format.type().scale()).unscaledValue());
    endPart(part, length, length + format.width());
  }

  /// A text in the column's character set, or a binary string; cut to the part's prefix.
  public void addBytes(byte[] text, int from, int textLength) {
    KeyPart part = beginPart();
    Collation collation = part.format().type().collation();
    int used = part.prefixBytes(text, from, textLength);
    byte[] whole =
        from == 0 && used == text.length ? text : Arrays.copyOfRange(text, from, from + used);
    byte[] key = collation.sortKey(whole);
    ensure(key.length);
    System.arraycopy(key, 0, bytes, length, key.length);
    endPart(part, length, length + key.length);
  }

  /// The column of the next part as a row, or another key, has it.
  public void add(ColumnReader row) {
    KeyPart part = codec.part(nextPart);
    int column = part.column();
    if (row.isNull(column)) {
      addNull();
      return;
    }
    int from = row.start(column);
    if (part.format().isVariable()) {
      addBytes(row.buffer(column), from, row.length(column));
      return;
    }
    beginPart();
    int width = part.format().width();
    ensure(width);
    System.arraycopy(row.buffer(column), from, bytes, length, width);
    endPart(part, length, length + width);
  }

  /// Bytes that are encoded already, such as the primary key behind a secondary key's columns.
  public void addRaw(byte[] source, int from, int count) {
    ensure(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  /// As [#toBytes], as the last thing asked of this builder: without a copy if it can be.
  byte[] takeBytes() {
    return length == bytes.length ? bytes : toBytes();
  }

  private KeyPart beginPart() {
    KeyPart part = codec.part(nextPart++);
    if (part.nullable()) {
      ensure(1);
      bytes[length++] = part.descending() ? (byte) 0xFE : 1;
    }
    return part;
  }

  private void addFixed(KeyPart part, long bits) {
    int width = part.format().width();
    ensure(width);
    ColumnFormat.putBits(bytes, length, width, bits);
    endPart(part, length, length + width);
  }

  private void endPart(KeyPart part, int from, int to) {
    if (part.descending()) {
      for (int at = from; at < to; at++) {
        bytes[at] = (byte) ~bytes[at];
      }
    }
    length = to;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
