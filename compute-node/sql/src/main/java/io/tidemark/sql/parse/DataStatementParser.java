package io.tidemark.sql.parse;

import io.tidemark.sql.ast.DataStatement;
import io.tidemark.sql.ast.DataStatement.SetItem;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.TableReference;
import java.util.ArrayList;
import java.util.List;

/// Reads SELECT, INSERT, REPLACE, UPDATE, DELETE and DO. Confined to one thread.
final class DataStatementParser {
  private final Tokens tokens;
  private final QueryParser queries;
  private final ExpressionParser expressions;

  DataStatementParser(Tokens tokens, QueryParser queries) {
    this.tokens = tokens;
    this.queries = queries;
    this.expressions = queries.expressions();
  }

  DataStatement select() {
    Query query = queries.query();
    return new DataStatement.Select(query, queries.into());
  }

  /// WITH before SELECT, UPDATE or DELETE.
  DataStatement with() {
    Query.With with = queries.with();
    return switch (tokens.word()) {
      case "UPDATE" -> update(with);
      case "DELETE" -> delete(with);
      default -> new DataStatement.Select(queries.withoutCommonTables(with), queries.into());
    };
  }

  DataStatement doStatement() {
    tokens.advance();
    return new DataStatement.Do(expressions.expressions());
  }

  DataStatement insert(boolean replace) {
    tokens.advance();
    boolean ignore = skipPriorities();
    tokens.tryWord("INTO");
    QualifiedName table = Names.qualifiedName(tokens);
    if (tokens.isWord("PARTITION")) {
      throw Tokens.unsupported("PARTITION selection");
    }
    List<String> columns = new ArrayList<>();
    List<List<Expression>> rows = new ArrayList<>();
    List<Query> query = new ArrayList<>();
    if (tokens.isWord("SET")) {
      rows.add(setForm(columns));
    } else {
      if (tokens.isSymbol("(") && !queries.startsQueryInParentheses()) {
        insertColumns(columns);
      }
      if ((tokens.isWord("VALUES") && !tokens.isWord(1, "ROW")) || tokens.isWord("VALUE")) {
        tokens.advance();
        valueRows(rows);
      } else if (queries.startsQuery()) {
        query.add(queries.query());
      } else {
        throw tokens.syntaxError();
      }
    }
    String rowAlias = "";
    List<String> columnAliases = List.of();
    if (!replace && tokens.tryWord("AS")) {
      rowAlias = Names.identifier(tokens);
      if (tokens.isSymbol("(")) {
        columnAliases = Names.parenthesizedIdentifiers(tokens);
      }
    }
    List<SetItem> onDuplicate = replace ? List.of() : onDuplicate();
    return new DataStatement.Insert(
        replace, ignore, table, columns, rows, query, rowAlias, columnAliases, onDuplicate);
  }

  private boolean skipPriorities() {
    boolean ignore = false;
    while (true) {
      switch (tokens.word()) {
        case "IGNORE" -> ignore = true;
        case "LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK" -> {}
        default -> {
          return ignore;
        }
      }
      tokens.advance();
    }
  }

  private void insertColumns(List<String> columns) {
    tokens.expectSymbol("(");
    if (tokens.trySymbol(")")) {
      return;
    }
    do {
      columns.add(Names.columnName(tokens).name());
    } while (tokens.trySymbol(","));
    tokens.expectSymbol(")");
  }

  private List<Expression> setForm(List<String> columns) {
    tokens.expectWord("SET");
    List<Expression> row = new ArrayList<>();
    for (SetItem item : assignments()) {
      columns.add(item.column().name());
      row.add(item.value());
    }
    return row;
  }

  private void valueRows(List<List<Expression>> rows) {
    do {
      tokens.expectSymbol("(");
      List<Expression> row = new ArrayList<>();
      if (!tokens.isSymbol(")")) {
        do {
          row.add(valueOrDefault());
        } while (tokens.trySymbol(","));
      }
      tokens.expectSymbol(")");
      rows.add(row);
    } while (tokens.trySymbol(","));
  }

  private Expression valueOrDefault() {
    if (tokens.isWord("DEFAULT") && !tokens.isSymbol(1, "(")) {
      tokens.advance();
      return new Expression.DefaultValue();
    }
    return expressions.expression();
  }

  private List<SetItem> onDuplicate() {
    if (!tokens.tryWord("ON")) {
      return List.of();
    }
    tokens.expectWord("DUPLICATE");
    tokens.expectWord("KEY");
    tokens.expectWord("UPDATE");
    return assignments();
  }

  private List<SetItem> assignments() {
    List<SetItem> items = new ArrayList<>();
    do {
      Expression.ColumnName column = Names.columnName(tokens);
      if (!tokens.trySymbol("=")) {
        tokens.expectSymbol(":=");
      }
      items.add(new SetItem(column, valueOrDefault()));
    } while (tokens.trySymbol(","));
    return items;
  }

  DataStatement update(Query.With with) {
    tokens.advance();
    boolean ignore = skipPriorities();
    List<TableReference> references = queries.tables().references();
    tokens.expectWord("SET");
    List<SetItem> assignments = assignments();
    Expression where = tokens.tryWord("WHERE") ? expressions.expression() : Expression.ABSENT;
    List<Expression.OrderItem> order = queries.orderBy();
    Expression limit = queries.limit();
    return new DataStatement.Update(with, ignore, references, assignments, where, order, limit);
  }

  DataStatement delete(Query.With with) {
    tokens.advance();
    boolean ignore = skipPriorities();
    List<QualifiedName> targets = new ArrayList<>();
    List<TableReference> references;
    if (tokens.tryWord("FROM")) {
      int mark = tokens.mark();
      deleteTargets(targets);
      if (tokens.tryWord("USING")) {
        references = queries.tables().references();
      } else {
        targets.clear();
        tokens.resetTo(mark);
        references = List.of(queries.tables().named());
      }
    } else {
      deleteTargets(targets);
      tokens.expectWord("FROM");
      references = queries.tables().references();
    }
    Expression where = tokens.tryWord("WHERE") ? expressions.expression() : Expression.ABSENT;
    boolean single = targets.isEmpty();
    List<Expression.OrderItem> order = single ? queries.orderBy() : List.of();
    Expression limit = single ? queries.limit() : Expression.ABSENT;
    return new DataStatement.Delete(with, ignore, targets, references, where, order, limit);
  }

  private void deleteTargets(List<QualifiedName> targets) {
    do {
      String first = Names.identifier(tokens);
      QualifiedName target = new QualifiedName("", first);
      if (tokens.trySymbol(".") && !tokens.trySymbol("*")) {
        target = new QualifiedName(first, Names.identifierAfterPoint(tokens));
        if (tokens.trySymbol(".")) {
          tokens.expectSymbol("*");
        }
      }
      targets.add(target);
    } while (tokens.trySymbol(","));
  }
}
