package io.tidemark.sql.ast;

/// A column of CREATE TABLE or ALTER TABLE.
///
/// @param defaultValue literal, `CURRENT_TIMESTAMP(n)` as a function call, NULL literal, or an
///   expression in parentheses ([#defaultIsExpression]); absent without DEFAULT
/// @param onUpdate function call of ON UPDATE CURRENT_TIMESTAMP(n), or absent
/// @param generated expression of a generated column, or absent
/// @param check CHECK of the column, or absent
/// @param checkName its name, or empty
/// @param references REFERENCES clause; MySQL parses and ignores it
public record ColumnSpecification(
    String name,
    DataType type,
    Nullability nullability,
    Expression defaultValue,
    boolean defaultIsExpression,
    Expression onUpdate,
    boolean autoIncrement,
    ColumnKey key,
    String comment,
    Expression generated,
    boolean stored,
    boolean invisible,
    Expression check,
    String checkName,
    boolean references) {
  /// What the column says about NULL.
  public enum Nullability {
    UNSPECIFIED,
    NULL,
    NOT_NULL
  }

  /// The key a column declares for itself.
  public enum ColumnKey {
    NONE,
    PRIMARY,
    UNIQUE
  }
}
