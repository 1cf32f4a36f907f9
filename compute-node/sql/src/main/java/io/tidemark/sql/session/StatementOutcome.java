package io.tidemark.sql.session;

import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.value.Value;
import java.util.List;

/// What an administration or definition statement gives; the session passes it on to the sink.
public sealed interface StatementOutcome {
  Done DONE = new Done(0, "");

  /// No rows.
  ///
  /// @param information text for the client such as `Records: 0 Duplicates: 0 Warnings: 0`, or
  ///   empty
  record Done(long affectedRows, String information) implements StatementOutcome {}

  /// A result set; every value is of its column's type.
  record Rows(List<ResultColumn> columns, List<Value[]> rows) implements StatementOutcome {
    public Rows {
      columns = List.copyOf(columns);
      rows = List.copyOf(rows);
    }

    /// Rows under columns of no table.
    public static Rows of(List<ColumnDefinition> columns, List<Value[]> rows) {
      return new Rows(
          columns.stream()
              .map(c ->
                  new ResultColumn("", "", "", c.name(), c.name(), c.type(), c.nullable() ? 0 : 1))
              .toList(),
          rows);
    }
  }
}
