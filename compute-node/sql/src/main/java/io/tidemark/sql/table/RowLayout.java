package io.tidemark.sql.table;

import io.tidemark.storage.error.Corrupt;
import java.util.List;

/// Where a row with a certain number of columns keeps each of them. Immutable.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | u8 | format | 1: variable ends are u16; 2: they are u32 |
/// | 1 | u16 | columns | how many columns the row has; those added later have their stored default |
/// | 3 | ceil(columns / 8) | nulls | bit n, lowest first, is set if column n is NULL |
/// | .. | sum of widths | fixed | fixed-width columns in order; a NULL one is zeros |
/// | .. | u16 or u32 each | ends | end of each variable column, counted from the end of this array |
/// | .. | | bytes | variable columns in order; a NULL one is empty |
///
/// Integers are big-endian. So any column is found in constant time. Fixed-width values are stored
/// such that unsigned byte order is value order (see [ColumnFormat]), so that keys copy them.
public final class RowLayout {
  static final int FORMAT_NARROW = 1;
  static final int FORMAT_WIDE = 2;
  static final int HEADER_BYTES = 3;

  private final int columnCount;
  private final int[] fixedOffset;
  private final int[] width;
  private final int[] variableIndex;
  private final int variableCount;
  private final int endsOffset;

  private RowLayout(
      int columnCount,
      int[] fixedOffset,
      int[] width,
      int[] variableIndex,
      int variableCount,
      int endsOffset) {
    this.columnCount = columnCount;
    this.fixedOffset = fixedOffset;
    this.width = width;
    this.variableIndex = variableIndex;
    this.variableCount = variableCount;
    this.endsOffset = endsOffset;
  }

  /// The layout of rows that have the first `columnCount` of `formats`.
  static RowLayout of(List<ColumnFormat> formats, int columnCount) {
    int[] fixedOffset = new int[columnCount];
    int[] width = new int[columnCount];
    int[] variableIndex = new int[columnCount];
    int at = HEADER_BYTES + (columnCount + 7) / 8;
    int variables = 0;
    for (int column = 0; column < columnCount; column++) {
      int columnWidth = formats.get(column).width();
      width[column] = columnWidth;
      if (columnWidth > 0) {
        fixedOffset[column] = at;
        variableIndex[column] = -1;
        at += columnWidth;
      } else {
        variableIndex[column] = variables++;
      }
    }
    return new RowLayout(columnCount, fixedOffset, width, variableIndex, variables, at);
  }

  int columnCount() {
    return columnCount;
  }

  int variableCount() {
    return variableCount;
  }

  /// Offset of the array of ends from the start of the row.
  int endsOffset() {
    return endsOffset;
  }

  boolean isVariable(int column) {
    return variableIndex[column] >= 0;
  }

  int variableIndex(int column) {
    return variableIndex[column];
  }

  /// Offset of a fixed-width column from the start of the row.
  int fixedOffset(int column) {
    return fixedOffset[column];
  }

  int width(int column) {
    return width[column];
  }

  /// Refuses a row that is too short for its own header, or whose ends lead out of it.
  void check(byte[] buffer, int offset, int length, boolean wide) {
    int endsBytes = variableCount * (wide ? 4 : 2);
    if (length < endsOffset + endsBytes) {
      throw new Corrupt(
          "row of "
              + columnCount
              + " columns: expected at least "
              + (endsOffset + endsBytes)
              + " bytes, found "
              + length);
    }
    long available = (long) length - endsOffset - endsBytes;
    long last = 0;
    for (int i = 0; i < variableCount; i++) {
      long end = readEnd(buffer, offset + endsOffset, i, wide);
      if (end < last || end > available) {
        throw new Corrupt(
            "row of "
                + columnCount
                + " columns: variable column "
                + i
                + " ends at "
                + end
                + ", expected "
                + last
                + ".."
                + available);
      }
      last = end;
    }
    if (last != available) {
      throw new Corrupt(
          "row of "
              + columnCount
              + " columns: expected "
              + last
              + " variable bytes, found "
              + available);
    }
  }

  static long readEnd(byte[] buffer, int endsAt, int index, boolean wide) {
    if (wide) {
      int at = endsAt + index * 4;
      return (buffer[at] & 0xFFL) << 24
          | (buffer[at + 1] & 0xFF) << 16
          | (buffer[at + 2] & 0xFF) << 8
          | (buffer[at + 3] & 0xFF);
    }
    int at = endsAt + index * 2;
    return (buffer[at] & 0xFF) << 8 | (buffer[at + 1] & 0xFF);
  }
}
