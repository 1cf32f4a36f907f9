package io.tidemark.sql.table;

import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.value.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A table whose rows are computed when it is read, such as those of `information_schema`.
/// Immutable.
public abstract non-sealed class VirtualTable implements TableSource {
  private final String database;
  private final String name;
  private final List<ColumnDefinition> columns;

  protected VirtualTable(String database, String name, List<ColumnDefinition> columns) {
    this.database = database;
    this.name = name;
    this.columns = List.copyOf(columns);
  }

  /// The rows, as of now, that the session's account may see; each value is of its column's type.
  ///
  /// @param equalities columns (names in upper case) that the statement wants equal to a text. Rows
  ///   that are not may be left out; the caller filters anyway
  public abstract Iterable<Value[]> rows(SessionContext session, Map<String, String> equalities);

  @Override
  public String database() {
    return database;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<ColumnDefinition> columns() {
    return columns;
  }

  @Override
  public int indexOfColumn(String column) {
    String wanted = column.toLowerCase(Locale.ROOT);
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().toLowerCase(Locale.ROOT).equals(wanted)) {
        return i;
      }
    }
    return -1;
  }
}
