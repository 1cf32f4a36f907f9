package io.tidemark.sql.ast;

import java.util.List;

/// Statements that read or change rows.
public sealed interface DataStatement extends Statement {
  /// SELECT; `into` names user variables of SELECT .. INTO, usually none.
  record Select(Query query, List<String> into) implements DataStatement {
    public Select {
      into = List.copyOf(into);
    }
  }

  /// INSERT or REPLACE.
  ///
  /// @param columns as listed; empty means all in order
  /// @param rows of VALUES or SET (one row); empty with a query
  /// @param query of INSERT .. SELECT; one element or none
  /// @param rowAlias name of `AS new(..)`, or empty
  /// @param columnAliases the names in its parentheses
  /// @param onDuplicate assignments of ON DUPLICATE KEY UPDATE
  record Insert(
      boolean replace,
      boolean ignore,
      QualifiedName table,
      List<String> columns,
      List<List<Expression>> rows,
      List<Query> query,
      String rowAlias,
      List<String> columnAliases,
      List<SetItem> onDuplicate)
      implements DataStatement {
    public Insert {
      columns = List.copyOf(columns);
      query = List.copyOf(query);
      columnAliases = List.copyOf(columnAliases);
      onDuplicate = List.copyOf(onDuplicate);
    }
  }

  /// `column = value`.
  record SetItem(Expression.ColumnName column, Expression value) {}

  /// UPDATE of one or several tables.
  record Update(
      Query.With with,
      boolean ignore,
      List<TableReference> tables,
      List<SetItem> assignments,
      Expression where,
      List<Expression.OrderItem> orderBy,
      Expression limit)
      implements DataStatement {
    public Update {
      tables = List.copyOf(tables);
      assignments = List.copyOf(assignments);
      orderBy = List.copyOf(orderBy);
    }
  }

  /// DELETE. `targets` names the tables to delete from in the multi-table forms and is empty in the
  /// single-table form.
  record Delete(
      Query.With with,
      boolean ignore,
      List<QualifiedName> targets,
      List<TableReference> tables,
      Expression where,
      List<Expression.OrderItem> orderBy,
      Expression limit)
      implements DataStatement {
    public Delete {
      targets = List.copyOf(targets);
      tables = List.copyOf(tables);
      orderBy = List.copyOf(orderBy);
    }
  }

  /// DO expressions.
  record Do(List<Expression> expressions) implements DataStatement {
    public Do {
      expressions = List.copyOf(expressions);
    }
  }
}
