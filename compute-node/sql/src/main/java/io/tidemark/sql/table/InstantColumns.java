package io.tidemark.sql.table;

import io.tidemark.sql.value.Value;
import java.time.ZoneId;
import java.util.Map;

/// Instant ADD COLUMN: a definition with more columns at the end over rows that stay as they are.
public final class InstantColumns {
  private InstantColumns() {}

  /// `after` with what its rows need to be read: the default row of `table` widened by the new
  /// columns. These get their default; `computed` has the values of those whose default is the time
  /// of the statement (NULL entries mean the default).
  public static TableDefinition add(
      BaseTable table, TableDefinition after, Map<Integer, Value> computed, ZoneId zone) {
    TableDefinition before = table.definition();
    int old = before.columns().size();
    if (after.columns().size() == old) {
      return after.withDefaultRow(before.defaultRow());
    }
    RowSchema schema = after.rowSchema();
    RowWriter writer = new RowWriter(schema);
    if (before.defaultRow().length > 0) {
      RowReader earlier = new RowReader(table.rowSchema()).wrap(before.defaultRow());
      for (int i = 0; i < old; i++) {
        writer.copy(i, earlier, i);
      }
    }
    RowReader defaults = new RowReader(schema).wrap(DefaultRow.of(after.columns(), schema));
    for (int i = old; i < after.columns().size(); i++) {
      Value value = computed.get(i);
      if (value != null && !value.isNull()) {
        StoredValues.write(writer, i, value, zone);
      } else {
        writer.copy(i, defaults, i);
      }
    }
    return after.withDefaultRow(writer.finish());
  }
}
