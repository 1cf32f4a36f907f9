package io.tidemark.sql.ast;

import java.util.List;

/// Statements about the session: prepared statements, explanation, table locks, administration.
public sealed interface SessionStatement extends Statement {
  record Use(String database) implements SessionStatement {}

  /// EXPLAIN of a statement.
  ///
  /// @param format `TRADITIONAL`, `TREE` or `JSON`
  /// @param text the explained statement as written
  record Explain(String format, boolean analyze, Statement statement, String text)
      implements SessionStatement {}

  /// PREPARE name FROM text: a [StringLiteral] or a [Expression.UserVariable].
  record Prepare(String name, Expression text) implements SessionStatement {}

  record Execute(String name, List<String> variables) implements SessionStatement {
    public Execute {
      variables = List.copyOf(variables);
    }
  }

  record Deallocate(String name) implements SessionStatement {}

  record LockTables(List<LockItem> items) implements SessionStatement {
    public LockTables {
      items = List.copyOf(items);
    }
  }

  /// One table of LOCK TABLES.
  record LockItem(QualifiedName table, String alias, boolean write) {}

  record UnlockTables() implements SessionStatement {}

  /// SET, SHOW, DESCRIBE, account and other administration statements, which a parser of their own
  /// reads from the text.
  ///
  /// @param verb first word in upper case
  record Administration(String verb, String text) implements SessionStatement {}
}
