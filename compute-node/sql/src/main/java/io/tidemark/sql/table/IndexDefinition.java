package io.tidemark.sql.table;

import java.util.List;

/// An index of a table. Immutable.
///
/// @param name `PRIMARY` for the primary key; [#HIDDEN_NAME] for the clustered index of a table
///   without primary key, which has no columns
/// @param columns in key order
/// @param invisible not used by the optimiser
/// @param algorithm what USING said: `BTREE`, `HASH` (stored as a tree all the same), or empty
public record IndexDefinition(
    String name,
    List<Column> columns,
    boolean unique,
    boolean invisible,
    String comment,
    String algorithm) {
  public static final String PRIMARY_NAME = "PRIMARY";
  public static final String HIDDEN_NAME = "GEN_CLUST_INDEX";
  static final IndexDefinition HIDDEN =
      new IndexDefinition(HIDDEN_NAME, List.of(), true, true, "", "");

  public IndexDefinition {
    columns = List.copyOf(columns);
  }

  public boolean isPrimary() {
    return name.equals(PRIMARY_NAME);
  }

  public boolean isHidden() {
    return columns.isEmpty();
  }

  public IndexDefinition withName(String newName) {
    return new IndexDefinition(newName, columns, unique, invisible, comment, algorithm);
  }

  public IndexDefinition withColumns(List<Column> newColumns) {
    return new IndexDefinition(name, newColumns, unique, invisible, comment, algorithm);
  }

  public IndexDefinition withInvisible(boolean newInvisible) {
    return new IndexDefinition(name, columns, unique, newInvisible, comment, algorithm);
  }

  /// A column of an index.
  ///
  /// @param column number of the column in the table
  /// @param prefixLength characters, or bytes of a binary string; 0 for the whole column
  public record Column(int column, int prefixLength, boolean descending) {}
}
