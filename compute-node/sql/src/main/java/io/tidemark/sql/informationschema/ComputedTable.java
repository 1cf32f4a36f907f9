package io.tidemark.sql.informationschema;

import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.value.Value;
import java.util.List;
import java.util.Map;

/// A computed table made of a list of columns and a function.
public final class ComputedTable extends VirtualTable {
  /// Computes the rows.
  @FunctionalInterface
  public interface Rows {
    List<Value[]> of(SessionContext session, Map<String, String> equalities);
  }

  private final Rows rows;

  ComputedTable(String database, String name, String columns, Rows rows) {
    super(database, name, ColumnList.of(columns));
    this.rows = rows;
  }

  @Override
  public Iterable<Value[]> rows(SessionContext session, Map<String, String> equalities) {
    return rows.of(session, equalities);
  }
}
