package io.tidemark.sql.ast;

import java.util.List;
import java.util.Map;

/// Statements that change definitions. Each commits the running transaction first.
public sealed interface DefinitionStatement extends Statement {
  /// CREATE TABLE; one of: elements, `like` (its name not empty), and optionally AS `query`
  /// ([#hasQuery]).
  ///
  /// @param options names in upper case (`ENGINE`, `CHARSET`, `COLLATE`, `AUTO_INCREMENT`,
  ///   `COMMENT`, `ROW_FORMAT`, ..) with their values as text
  /// @param partitioning text from PARTITION BY on, or empty
  /// @param query AS SELECT; one element or none
  record CreateTable(
      boolean temporary,
      boolean ifNotExists,
      QualifiedName name,
      List<ColumnSpecification> columns,
      List<IndexSpecification> indexes,
      List<AlterAction.ForeignKey> foreignKeys,
      List<AlterAction.Check> checks,
      Map<String, String> options,
      QualifiedName like,
      String partitioning,
      List<Query> query)
      implements DefinitionStatement {
    public CreateTable {
      columns = List.copyOf(columns);
      indexes = List.copyOf(indexes);
      foreignKeys = List.copyOf(foreignKeys);
      checks = List.copyOf(checks);
      options = Map.copyOf(options);
      query = List.copyOf(query);
    }

    public boolean hasQuery() {
      return !query.isEmpty();
    }
  }

  record AlterTable(QualifiedName name, List<AlterAction> actions) implements DefinitionStatement {
    public AlterTable {
      actions = List.copyOf(actions);
    }
  }

  record DropTable(boolean temporary, boolean ifExists, List<QualifiedName> names)
      implements DefinitionStatement {
    public DropTable {
      names = List.copyOf(names);
    }
  }

  record TruncateTable(QualifiedName name) implements DefinitionStatement {}

  record RenameTable(List<Rename> renames) implements DefinitionStatement {
    public RenameTable {
      renames = List.copyOf(renames);
    }
  }

  /// One pair of RENAME TABLE.
  record Rename(QualifiedName from, QualifiedName to) {}

  record CreateIndex(QualifiedName table, IndexSpecification index)
      implements DefinitionStatement {}

  record DropIndex(QualifiedName table, String index) implements DefinitionStatement {}

  /// CREATE DATABASE; `charset` and `collation` may be empty.
  record CreateDatabase(boolean ifNotExists, String name, String charset, String collation)
      implements DefinitionStatement {}

  /// ALTER DATABASE; an empty name means the current one.
  record AlterDatabase(String name, String charset, String collation)
      implements DefinitionStatement {}

  record DropDatabase(boolean ifExists, String name) implements DefinitionStatement {}
}
