package io.tidemark.sql.ast;

import java.util.List;

/// What stands in FROM.
public sealed interface TableReference {
  /// A table, a view or a common table expression.
  record Named(QualifiedName name, String alias, List<IndexHint> hints, List<String> partitions)
      implements TableReference {
    public Named {
      hints = List.copyOf(hints);
      partitions = List.copyOf(partitions);
    }

    /// The name by which columns refer to it.
    public String exposedName() {
      return alias.isEmpty() ? name.name() : alias;
    }
  }

  /// USE, FORCE or IGNORE INDEX.
  ///
  /// @param purpose `JOIN`, `ORDER BY`, `GROUP BY`, or empty for all
  /// @param indexes names of indexes; empty with USE means none at all
  record IndexHint(IndexHintKind kind, String purpose, List<String> indexes) {
    public IndexHint {
      indexes = List.copyOf(indexes);
    }
  }

  /// The verb of an [IndexHint].
  enum IndexHintKind {
    USE,
    FORCE,
    IGNORE
  }

  /// A subquery in FROM; `columns` renames its columns unless empty.
  record Derived(Query query, String alias, List<String> columns, boolean lateral)
      implements TableReference {
    public Derived {
      columns = List.copyOf(columns);
    }
  }

  /// A join; `on` is absent without ON, `using` empty without USING.
  record Join(
      TableReference left,
      TableReference right,
      JoinKind kind,
      boolean natural,
      Expression on,
      List<String> using)
      implements TableReference {
    public Join {
      using = List.copyOf(using);
    }
  }

  /// How a join keeps rows. CROSS is INNER without condition.
  enum JoinKind {
    INNER,
    LEFT,
    RIGHT,
    /// An inner join whose left side is read first.
    STRAIGHT
  }
}
