package io.tidemark.sql.table;

import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads single columns of stored rows in place, one row at a time. Confined to one thread.
///
/// [#wrap] checks the header and that the variable columns fill the row exactly; each access to a
/// variable column checks its own bounds.
public final class RowReader extends ColumnReader {
  private final RowSchema schema;
  private byte[] buffer = NO_BYTES;
  private int offset;
  private RowLayout layout;
  private int columnCount;
  private boolean wide;
  private int endsAt;
  private int bytesAt;
  private int bytesLength;
  private @Nullable RowReader defaults;

  public RowReader(RowSchema schema) {
    this.schema = schema;
    this.layout = schema.current();
  }

  /// Goes to the row in these bytes, which must not change while it is read.
  public RowReader wrap(byte[] newBuffer, int newOffset, int length) {
    if (length < RowLayout.HEADER_BYTES) {
      throw new Corrupt("row: expected at least 3 bytes, found " + length);
    }
    int format = newBuffer[newOffset];
    if (format != RowLayout.FORMAT_NARROW && format != RowLayout.FORMAT_WIDE) {
      throw new Corrupt("row: expected format 1 or 2, found " + format);
    }
    int count = (newBuffer[newOffset + 1] & 0xFF) << 8 | (newBuffer[newOffset + 2] & 0xFF);
    if (count != layout.columnCount()) {
      layout = schema.layout(count);
    }
    wide = format == RowLayout.FORMAT_WIDE;
    int endsBytes = layout.variableCount() * (wide ? 4 : 2);
    int rest = length - layout.endsOffset() - endsBytes;
    if (rest < 0) {
      throw new Corrupt("row of " + count + " columns: too short with " + length + " bytes");
    }
    buffer = newBuffer;
    offset = newOffset;
    columnCount = count;
    endsAt = newOffset + layout.endsOffset();
    bytesAt = endsAt + endsBytes;
    bytesLength = rest;
    long filled =
        layout.variableCount() == 0
            ? 0
            : RowLayout.readEnd(buffer, endsAt, layout.variableCount() - 1, wide);
    if (filled != rest) {
      throw new Corrupt(
          "row of " + count + " columns: expected " + filled + " variable bytes, found " + rest);
    }
    return this;
  }

  public RowReader wrap(byte[] row) {
    return wrap(row, 0, row.length);
  }

  /// A copy of the whole row.
  public byte[] toBytes() {
    return Arrays.copyOfRange(buffer, offset, bytesAt + bytesLength);
  }

  @Override
  public ColumnFormat format(int column) {
    return schema.format(column);
  }

  @Override
  public boolean isNull(int column) {
    if (column >= columnCount) {
      return defaults().isNull(column);
    }
    return (buffer[offset + RowLayout.HEADER_BYTES + (column >> 3)] & (1 << (column & 7))) != 0;
  }

  @Override
  public byte[] buffer(int column) {
    return column >= columnCount ? defaults().buffer(column) : buffer;
  }

  @Override
  public int start(int column) {
    if (column >= columnCount) {
      return defaults().start(column);
    }
    int index = layout.variableIndex(column);
    if (index < 0) {
      return offset + layout.fixedOffset(column);
    }
    return bytesAt + variableStart(index);
  }

  @Override
  public int length(int column) {
    if (column >= columnCount) {
      return defaults().length(column);
    }
    int index = layout.variableIndex(column);
    if (index < 0) {
      return layout.width(column);
    }
    long start = variableStart(index);
    long end = RowLayout.readEnd(buffer, endsAt, index, wide);
    if (end < start || end > bytesLength) {
      throw new Corrupt(
          "row: variable column " + index + " ends at " + end + ", begins at " + start);
    }
    return (int) (end - start);
  }

  private int variableStart(int index) {
    long start = index == 0 ? 0 : RowLayout.readEnd(buffer, endsAt, index - 1, wide);
    if (start > bytesLength) {
      throw new Corrupt(
          "row: variable column " + index + " begins at " + start + " of " + bytesLength);
    }
    return (int) start;
  }

  private RowReader defaults() {
    RowReader reader = defaults;
    if (reader == null) {
      reader = new RowReader(schema).wrap(schema.defaultRow());
      defaults = reader;
    }
    return reader;
  }
}
