package io.tidemark.sql.table;

import io.tidemark.storage.error.Corrupt;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// The formats of a table's columns and the layouts of its rows of every age. Thread-safe.
///
/// Rows of before an instant ADD COLUMN have fewer columns; what they lack is read from the default
/// row, which is encoded like any other.
public final class RowSchema {
  private final List<ColumnFormat> formats;
  private final byte[] defaultRow;
  private final AtomicReferenceArray<RowLayout> layouts;
  private final RowLayout current;

  RowSchema(List<ColumnFormat> formats, byte[] defaultRow) {
    this.formats = List.copyOf(formats);
    this.defaultRow = defaultRow;
    this.layouts = new AtomicReferenceArray<>(formats.size() + 1);
    this.current = RowLayout.of(this.formats, formats.size());
    layouts.set(formats.size(), current);
  }

  int columnCount() {
    return formats.size();
  }

  ColumnFormat format(int column) {
    return formats.get(column);
  }

  RowLayout current() {
    return current;
  }

  /// Values of the columns that older rows lack; empty if there are none.
  byte[] defaultRow() {
    return defaultRow;
  }

  RowLayout layout(int columnCount) {
    if (columnCount > formats.size()) {
      throw new Corrupt(
          "row: expected at most " + formats.size() + " columns, found " + columnCount);
    }
    RowLayout layout = layouts.get(columnCount);
    if (layout == null) {
      if (defaultRow.length == 0) {
        throw new Corrupt("row: expected " + formats.size() + " columns, found " + columnCount);
      }
      layout = RowLayout.of(formats, columnCount);
      layouts.set(columnCount, layout);
    }
    return layout;
  }
}
