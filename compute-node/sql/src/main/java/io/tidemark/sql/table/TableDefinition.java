package io.tidemark.sql.table;

import io.tidemark.sql.collation.Collation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What SQL knows of a table: columns, indexes, options. Immutable; encoded by [DefinitionCodec].
///
/// Indexes stand as in the engine's descriptor: number 0 is the clustered one, the primary key or,
/// without one, [IndexDefinition#HIDDEN].
public final class TableDefinition {
  private final List<ColumnDefinition> columns;
  private final List<IndexDefinition> indexes;
  private final List<ForeignKeyDefinition> foreignKeys;
  private final Collation collation;
  private final String comment;
  private final Map<String, String> options;
  private final long createTimeMillis;
  private final byte[] defaultRow;

  TableDefinition(
      List<ColumnDefinition> columns,
      List<IndexDefinition> indexes,
      List<ForeignKeyDefinition> foreignKeys,
      Collation collation,
      String comment,
      Map<String, String> options,
      long createTimeMillis,
      byte[] defaultRow) {
    this.columns = List.copyOf(columns);
    this.indexes = List.copyOf(indexes);
    this.foreignKeys = List.copyOf(foreignKeys);
    this.collation = collation;
    this.comment = comment;
    this.options = new LinkedHashMap<>(options);
    this.createTimeMillis = createTimeMillis;
    this.defaultRow = defaultRow;
    if (this.indexes.isEmpty()) {
      throw new IllegalArgumentException("a table needs a clustered index");
    }
  }

  /// A new table; `indexes` may or may not begin with a primary key.
  public static TableDefinition create(
      List<ColumnDefinition> columns,
      List<IndexDefinition> indexes,
      Collation collation,
      String comment,
      Map<String, String> options,
      long createTimeMillis) {
    List<IndexDefinition> ordered = new ArrayList<>();
    ordered.add(
        indexes.stream()
            .filter(IndexDefinition::isPrimary)
            .findFirst()
            .orElse(IndexDefinition.HIDDEN));
    indexes.stream().filter(i -> !i.isPrimary() && !i.isHidden()).forEach(ordered::add);
    return new TableDefinition(
        columns, ordered, List.of(), collation, comment, options, createTimeMillis, new byte[0]);
  }

  public List<ColumnDefinition> columns() {
    return columns;
  }

  public ColumnDefinition column(int number) {
    return columns.get(number);
  }

  /// Number of the column with this name in any case, or -1.
  public int indexOfColumn(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  public List<IndexDefinition> indexes() {
    return indexes;
  }

  /// Number of the index with this name in any case, or -1.
  public int indexOfIndex(String name) {
    for (int i = 0; i < indexes.size(); i++) {
      if (!indexes.get(i).isHidden() && indexes.get(i).name().equalsIgnoreCase(name)) {
        return i;
      }
    }
    return -1;
  }

  public List<ForeignKeyDefinition> foreignKeys() {
    return foreignKeys;
  }

  /// Whether the clustered key is a row number that no column shows.
  public boolean hasHiddenKey() {
    return indexes.get(0).isHidden();
  }

  /// Default collation of columns that are added later.
  public Collation collation() {
    return collation;
  }

  public String comment() {
    return comment;
  }

  /// Options that SHOW CREATE TABLE repeats, such as ROW_FORMAT; names in upper case.
  public Map<String, String> options() {
    return Collections.unmodifiableMap(options);
  }

  public long createTimeMillis() {
    return createTimeMillis;
  }

  /// A row with the values that rows older than an instant ADD COLUMN have in the new columns;
  /// empty if there never was one.
  byte[] defaultRow() {
    return defaultRow;
  }

  /// Number of the AUTO_INCREMENT column, if any.
  public Optional<Integer> autoIncrementColumn() {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).autoIncrement()) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /// Formats and layouts of the rows.
  RowSchema rowSchema() {
    return new RowSchema(columns.stream().map(c -> ColumnFormat.of(c.type())).toList(), defaultRow);
  }

  /// The key codec of index `indexNo`.
  IndexKeyCodec keyCodec(int indexNo) {
    List<KeyPart> parts = new ArrayList<>();
    for (IndexDefinition.Column part : indexes.get(indexNo).columns()) {
      ColumnDefinition column = columns.get(part.column());
      parts.add(
          new KeyPart(
              part.column(),
              ColumnFormat.of(column.type()),
              column.nullable(),
              part.prefixLength(),
              part.descending()));
    }
    return new IndexKeyCodec(parts);
  }

  /// The same columns in the same row format with other attributes (name, default, comment).
  public TableDefinition withColumns(List<ColumnDefinition> newColumns) {
    return new TableDefinition(
        newColumns,
        indexes,
        foreignKeys,
        collation,
        comment,
        options,
        createTimeMillis,
        defaultRow);
  }

  /// With other values for the columns that older rows lack.
  TableDefinition withDefaultRow(byte[] newDefaultRow) {
    return new TableDefinition(
        columns,
        indexes,
        foreignKeys,
        collation,
        comment,
        options,
        createTimeMillis,
        newDefaultRow);
  }

  public TableDefinition withIndexes(List<IndexDefinition> newIndexes) {
    return new TableDefinition(
        columns,
        newIndexes,
        foreignKeys,
        collation,
        comment,
        options,
        createTimeMillis,
        defaultRow);
  }

  public TableDefinition withForeignKeys(List<ForeignKeyDefinition> newForeignKeys) {
    return new TableDefinition(
        columns,
        indexes,
        newForeignKeys,
        collation,
        comment,
        options,
        createTimeMillis,
        defaultRow);
  }

  public TableDefinition withOptions(
      Collation newCollation, String newComment, Map<String, String> newOptions) {
    return new TableDefinition(
        columns,
        indexes,
        foreignKeys,
        newCollation,
        newComment,
        newOptions,
        createTimeMillis,
        defaultRow);
  }
}
