package io.tidemark.sql.table;

import io.tidemark.sql.type.SqlType;

/// A column of a table. Immutable.
///
/// @param name as written; compared without regard to case
/// @param onUpdateNow ON UPDATE CURRENT_TIMESTAMP
/// @param comment empty if none
/// @param invisible left out of `SELECT *`
/// @param explicitCharset CHARACTER SET was written, so SHOW CREATE TABLE prints it
/// @param explicitCollation COLLATE was written
public record ColumnDefinition(
    String name,
    SqlType type,
    boolean nullable,
    ColumnDefault defaultValue,
    boolean onUpdateNow,
    boolean autoIncrement,
    String comment,
    boolean invisible,
    boolean explicitCharset,
    boolean explicitCollation) {

  /// A plain column, nullable with default NULL, or NOT NULL without default.
  public static ColumnDefinition of(String name, SqlType type, boolean nullable) {
    ColumnDefault defaultValue = nullable ? ColumnDefault.NULL : ColumnDefault.NONE;
    return new ColumnDefinition(
        name, type, nullable, defaultValue, false, false, "", false, false, false);
  }

  public ColumnDefinition withName(String newName) {
    return new ColumnDefinition(
        newName,
        type,
        nullable,
        defaultValue,
        onUpdateNow,
        autoIncrement,
        comment,
        invisible,
        explicitCharset,
        explicitCollation);
  }

  public ColumnDefinition withType(SqlType newType) {
    return new ColumnDefinition(
        name,
        newType,
        nullable,
        defaultValue,
        onUpdateNow,
        autoIncrement,
        comment,
        invisible,
        explicitCharset,
        explicitCollation);
  }

  public ColumnDefinition withNullable(boolean newNullable) {
    ColumnDefault newDefault = defaultValue;
    if (!newNullable && newDefault instanceof ColumnDefault.Null) {
      newDefault = ColumnDefault.NONE;
    }
    return new ColumnDefinition(
        name,
        type,
        newNullable,
        newDefault,
        onUpdateNow,
        autoIncrement,
        comment,
        invisible,
        explicitCharset,
        explicitCollation);
  }

  public ColumnDefinition withDefault(ColumnDefault newDefault) {
    return new ColumnDefinition(
        name,
        type,
        nullable,
        newDefault,
        onUpdateNow,
        autoIncrement,
        comment,
        invisible,
        explicitCharset,
        explicitCollation);
  }

  public ColumnDefinition withInvisible(boolean newInvisible) {
    return new ColumnDefinition(
        name,
        type,
        nullable,
        defaultValue,
        onUpdateNow,
        autoIncrement,
        comment,
        newInvisible,
        explicitCharset,
        explicitCollation);
  }

  /// Whether an INSERT that leaves the column out is an error in strict mode.
  public boolean needsValue() {
    return defaultValue instanceof ColumnDefault.None && !autoIncrement;
  }
}
