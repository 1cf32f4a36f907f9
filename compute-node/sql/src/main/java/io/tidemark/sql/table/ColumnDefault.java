package io.tidemark.sql.table;

/// What a column gets when a statement gives it no value.
public sealed interface ColumnDefault {
  None NONE = new None();
  Null NULL = new Null();

  /// No DEFAULT: an error in strict mode unless the column may be NULL, which then has [Null].
  record None() implements ColumnDefault {}

  record Null() implements ColumnDefault {}

  /// A literal, converted to the column's type when the column was defined.
  ///
  /// @param text the value as SHOW CREATE TABLE prints it between quotes, before escaping; for
  ///   binary strings one character per byte; for BIT the binary digits
  record Constant(String text) implements ColumnDefault {}

  /// CURRENT_TIMESTAMP with the column's fractional digits.
  record CurrentTimestamp() implements ColumnDefault {}
}
