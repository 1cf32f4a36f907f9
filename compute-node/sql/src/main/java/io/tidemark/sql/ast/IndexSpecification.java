package io.tidemark.sql.ast;

import java.util.List;

/// An index of CREATE TABLE, ALTER TABLE or CREATE INDEX.
///
/// @param name its name, or empty for the server to choose
/// @param algorithm `BTREE`, `HASH`, or empty
public record IndexSpecification(
    IndexKind kind,
    String name,
    List<Part> parts,
    String comment,
    boolean visible,
    String algorithm) {
  public IndexSpecification {
    parts = List.copyOf(parts);
  }

  /// What kind of index it is.
  public enum IndexKind {
    PRIMARY,
    UNIQUE,
    PLAIN,
    FULLTEXT,
    SPATIAL
  }

  /// A column of an index, or an expression in parentheses if `column` is empty.
  ///
  /// @param prefixLength characters or bytes of the prefix, -1 for the whole column
  public record Part(String column, Expression expression, int prefixLength, boolean descending) {}
}
