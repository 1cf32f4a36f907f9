package io.tidemark.sql.table;

import java.util.List;

/// A foreign key of a table. Immutable.
///
/// @param columns names of the referencing columns
/// @param onDelete `NO ACTION`, `RESTRICT`, `CASCADE` or `SET NULL`
/// @param onUpdate the same
public record ForeignKeyDefinition(
    String name,
    List<String> columns,
    String referencedDatabase,
    String referencedTable,
    List<String> referencedColumns,
    String onDelete,
    String onUpdate) {
  public ForeignKeyDefinition {
    columns = List.copyOf(columns);
    referencedColumns = List.copyOf(referencedColumns);
  }
}
