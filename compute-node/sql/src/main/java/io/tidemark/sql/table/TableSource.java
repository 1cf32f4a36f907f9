package io.tidemark.sql.table;

import java.util.List;

/// What a FROM clause may name: a stored table, or one that is computed.
public sealed interface TableSource permits BaseTable, VirtualTable {
  String database();

  String name();

  List<ColumnDefinition> columns();

  /// Number of the column with this name in any case, or -1.
  int indexOfColumn(String name);
}
