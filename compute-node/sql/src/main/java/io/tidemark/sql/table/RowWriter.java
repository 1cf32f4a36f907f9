package io.tidemark.sql.table;

import io.tidemark.sql.table.ColumnFormat.Storage;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;

/// Builds stored rows, one at a time: [#start], a setter for each column (what is not set is NULL),
/// [#finish]. Values must already fit the column's type. Confined to one thread.
public final class RowWriter {
  private static final byte[] NO_BYTES = new byte[0];

  private final RowSchema schema;
  private final RowLayout layout;
  private final byte[] fixed;
  private final byte[][] variable;
  private final int[] variableFrom;
  private final int[] variableLength;

  public RowWriter(RowSchema schema) {
    this.schema = schema;
    this.layout = schema.current();
    this.fixed = new byte[layout.endsOffset()];
    this.variable = new byte[layout.variableCount()][];
    this.variableFrom = new int[layout.variableCount()];
    this.variableLength = new int[layout.variableCount()];
    start();
  }

  ColumnFormat format(int column) {
    return schema.format(column);
  }

  /// Begins a row in which every column is NULL.
  public RowWriter start() {
    Arrays.fill(fixed, (byte) 0);
    int columns = layout.columnCount();
    fixed[1] = (byte) (columns >> 8);
    fixed[2] = (byte) columns;
    for (int column = 0; column < columns; column++) {
      fixed[RowLayout.HEADER_BYTES + (column >> 3)] |= (byte) (1 << (column & 7));
    }
    Arrays.fill(variable, NO_BYTES);
    Arrays.fill(variableLength, 0);
    return this;
  }

  public void setNull(int column) {
    fixed[RowLayout.HEADER_BYTES + (column >> 3)] |= (byte) (1 << (column & 7));
    int index = layout.variableIndex(column);
    if (index >= 0) {
      variable[index] = NO_BYTES;
      variableLength[index] = 0;
    } else {
      int at = layout.fixedOffset(column);
      Arrays.fill(fixed, at, at + layout.width(column), (byte) 0);
    }
  }

  /// An integer, YEAR, BIT, ENUM number or SET bits; the packed form of a temporal value.
  public void setLong(int column, long value) {
    ColumnFormat format = schema.format(column);
    int width = layout.width(column);
    ColumnFormat.putBits(
        fixed, layout.fixedOffset(column), width, FixedForms.ofLong(format, value));
    notNull(column);
  }

  public void setDouble(int column, double value) {
    int at = layout.fixedOffset(column);
    if (schema.format(column).storage() == Storage.FLOAT) {
      ColumnFormat.putBits(fixed, at, 4, FixedForms.ofFloat((float) value));
    } else {
      ColumnFormat.putBits(fixed, at, 8, FixedForms.ofDouble(value));
    }
    notNull(column);
  }

  /// A DECIMAL; its scale must not be larger than the column's.
  public void setDecimal(int column, BigDecimal value) {
    ColumnFormat format = schema.format(column);
    BigInteger unscaled = value.setScale(format.type().scale()).unscaledValue();
    FixedForms.putDecimal(fixed, layout.fixedOffset(column), format.width(), unscaled);
    notNull(column);
  }

  /// A DECIMAL of at most 18 digits, by its digits without the point.
  void setDecimalLong(int column, long unscaled) {
    int width = schema.format(column).width();
    long bits = unscaled ^ ColumnFormat.signBit(width);
    ColumnFormat.putBits(fixed, layout.fixedOffset(column), width, bits);
    notNull(column);
  }

  /// A text or binary string. The array is kept until [#finish].
  public void setBytes(int column, byte[] bytes, int from, int length) {
    int index = layout.variableIndex(column);
    variable[index] = bytes;
    variableFrom[index] = from;
    variableLength[index] = length;
    notNull(column);
  }

  /// The stored value of a column of another row with the same format; that row's bytes are kept
  /// until [#finish].
  public void copy(int column, ColumnReader from, int fromColumn) {
    if (from.isNull(fromColumn)) {
      setNull(column);
      return;
    }
    byte[] source = from.buffer(fromColumn);
    int start = from.start(fromColumn);
    if (layout.isVariable(column)) {
      setBytes(column, source, start, from.length(fromColumn));
    } else {
      System.arraycopy(source, start, fixed, layout.fixedOffset(column), layout.width(column));
      notNull(column);
    }
  }

  private void notNull(int column) {
    fixed[RowLayout.HEADER_BYTES + (column >> 3)] &= (byte) ~(1 << (column & 7));
  }

  /// The row in an array of its own.
  public byte[] finish() {
    long total = 0;
    for (int length : variableLength) {
      total += length;
    }
    boolean wide = total > 0xFFFF;
    int endsBytes = variable.length * (wide ? 4 : 2);
    byte[] row = Arrays.copyOf(fixed, Math.toIntExact(layout.endsOffset() + endsBytes + total));
    row[0] = (byte) (wide ? RowLayout.FORMAT_WIDE : RowLayout.FORMAT_NARROW);
    int endAt = layout.endsOffset();
    int bytesAt = endAt + endsBytes;
    int end = 0;
    for (int index = 0; index < variable.length; index++) {
      int length = variableLength[index];
      if (length > 0) {
        System.arraycopy(variable[index], variableFrom[index], row, bytesAt + end, length);
        end += length;
      }
      ColumnFormat.putBits(row, endAt, wide ? 4 : 2, end);
      endAt += wide ? 4 : 2;
    }
    return row;
  }
}
