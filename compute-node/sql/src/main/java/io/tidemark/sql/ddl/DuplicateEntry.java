package io.tidemark.sql.ddl;

import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnReader;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneId;

/// Error 1062 with the values of the key.
public final class DuplicateEntry {
  private DuplicateEntry() {}

  /// For a row that collides in index `indexNo`.
  public static Rejected of(BaseTable table, ColumnReader row, int indexNo, ZoneId zone) {
    IndexDefinition index = table.indexes().get(indexNo);
    return new Rejected(
        MySqlError.DUP_ENTRY, values(row, index, zone), table.name() + "." + index.name());
  }

  /// The values of an index's columns in a row, joined by hyphens.
  static String values(ColumnReader row, IndexDefinition index, ZoneId zone) {
    StringBuilder values = new StringBuilder();
    for (IndexDefinition.Column part : index.columns()) {
      values
          .append(values.isEmpty() ? "" : "-")
          .append(StoredValues.read(row, part.column(), zone).asString());
    }
    return values.toString();
  }
}
