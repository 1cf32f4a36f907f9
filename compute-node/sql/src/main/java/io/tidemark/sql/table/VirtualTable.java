package io.tidemark.sql.table;

import java.util.List;
import java.util.Locale;

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
