package io.tidemark.sql.execute;

import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnReader;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneId;

/// Error 1062 with the values of the key.
final class Duplicates {
  private static final int MAX_TEXT = 64;

  private Duplicates() {}

  static Rejected error(BaseTable table, ColumnReader row, int indexNo, ZoneId zone) {
    return new Rejected(MySqlError.DUP_ENTRY, arguments(table, row, indexNo, zone));
  }

  static Object[] arguments(BaseTable table, ColumnReader row, int indexNo, ZoneId zone) {
    IndexDefinition index = table.indexes().get(indexNo);
    StringBuilder values = new StringBuilder();
    for (IndexDefinition.Column part : index.columns()) {
      values.append(values.isEmpty() ? "" : "-");
      String text = StoredValues.read(row, part.column(), zone).asString();
      if (part.prefixLength() > 0 && text.length() > part.prefixLength()) {
        text = text.substring(0, part.prefixLength());
      }
      values.append(text);
    }
    String shown =
        values.length() > MAX_TEXT ? values.substring(0, MAX_TEXT) + "..." : values.toString();
    return new Object[] {shown, table.name() + "." + index.name()};
  }
}
