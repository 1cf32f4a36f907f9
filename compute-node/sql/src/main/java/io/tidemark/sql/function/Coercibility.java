package io.tidemark.sql.function;

/// How firmly the collation of an expression holds when it meets another one; the firmer wins.
///
/// Source: MySQL manual, Collation Coercibility in Expressions; `ordinal()` is what COERCIBILITY()
/// answers.
public enum Coercibility {
  /// An explicit COLLATE.
  EXPLICIT,
  /// The concatenation of two strings with different collations.
  NONE,
  /// A column, a stored routine parameter or local variable.
  IMPLICIT,
  /// A system constant such as USER().
  SYSTEM_CONSTANT,
  /// A literal.
  COERCIBLE,
  /// A number or a temporal value.
  NUMERIC,
  /// NULL.
  IGNORABLE
}
