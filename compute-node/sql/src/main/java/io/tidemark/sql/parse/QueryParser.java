package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.ast.TableReference;
import java.util.ArrayList;
import java.util.List;

/// Reads query expressions. Confined to one thread.
final class QueryParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final FunctionParser functions;
  private final TableReferenceParser tables;
  private final List<String> into = new ArrayList<>();

  QueryParser(Tokens tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, this);
    this.functions = new FunctionParser(tokens, expressions);
    this.tables = new TableReferenceParser(tokens, expressions, this);
  }

  ExpressionParser expressions() {
    return expressions;
  }

  TableReferenceParser tables() {
    return tables;
  }

  /// Variables of the INTO that was read.
  List<String> into() {
    return into;
  }

  /// Whether a query begins here, in parentheses or not.
  boolean startsQuery() {
    return startsQueryAt(0) || startsQueryInParentheses();
  }

  boolean startsQueryInParentheses() {
    int ahead = 0;
    while (tokens.isSymbol(ahead, "(")) {
      ahead++;
    }
    return ahead > 0 && startsQueryAt(ahead);
  }

  private boolean startsQueryAt(int ahead) {
    return tokens.isWord(ahead, "SELECT")
        || tokens.isWord(ahead, "WITH")
        || tokens.isWord(ahead, "TABLE")
        || (tokens.isWord(ahead, "VALUES") && tokens.isWord(ahead + 1, "ROW"));
  }

  /// Whether all that stands from here to the closing parenthesis is a query: `(SELECT 1) UNION ..`
  /// is one, `(SELECT 1) + 1` is an expression that begins with one.
  boolean fillsParentheses() {
    if (startsQueryAt(0)) {
      return true;
    }
    if (!startsQueryInParentheses()) {
      return false;
    }
    int mark = tokens.mark();
    tokens.advance();
    boolean query = fillsParentheses();
    tokens.resetTo(mark);
    if (query) {
      tokens.skipParentheses();
      query =
          tokens.isSymbol(")")
              || switch (tokens.word()) {
                case "UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT", "FOR", "LOCK" -> true;
                default -> false;
              };
      tokens.resetTo(mark);
    }
    return query;
  }

  Query query() {
    tokens.enter();
    Query.With with = with();
    Query query = withoutCommonTables(with);
    tokens.leave();
    return query;
  }

  Query withoutCommonTables(Query.With with) {
    Query.Body body = union();
    List<Expression.OrderItem> order = orderBy();
    Expression limit = Expression.ABSENT;
    Expression offset = Expression.ABSENT;
    if (tokens.tryWord("LIMIT")) {
      limit = limitOption();
      if (tokens.trySymbol(",")) {
        offset = limit;
        limit = limitOption();
      } else if (tokens.tryWord("OFFSET")) {
        offset = limitOption();
      }
    }
    intoVariables();
    List<Query.Locking> locking = locking();
    intoVariables();
    if (with.tables().isEmpty()
        && body instanceof Query.Nested nested
        && order.isEmpty()
        && !limit.isPresent()
        && locking.isEmpty()) {
      return nested.query();
    }
    return new Query(with, body, order, limit, offset, locking);
  }

  Query.With with() {
    if (!tokens.tryWord("WITH")) {
      return Query.With.NONE;
    }
    boolean recursive = tokens.tryWord("RECURSIVE");
    List<Query.CommonTable> list = new ArrayList<>();
    do {
      String name = Names.identifier(tokens);
      List<String> columns =
          tokens.isSymbol("(") ? Names.parenthesizedIdentifiers(tokens) : List.of();
      tokens.expectWord("AS");
      tokens.expectSymbol("(");
      Query query = query();
      tokens.expectSymbol(")");
      list.add(new Query.CommonTable(name, columns, query));
    } while (tokens.trySymbol(","));
    return new Query.With(recursive, list);
  }

  private Query.Body union() {
    Query.Body left = intersection();
    while (true) {
      Query.SetOperator operator;
      if (tokens.tryWord("UNION")) {
        operator = Query.SetOperator.UNION;
      } else if (tokens.tryWord("EXCEPT")) {
        operator = Query.SetOperator.EXCEPT;
      } else {
        return left;
      }
      boolean distinct = distinct();
      left = new Query.SetOperation(operator, distinct, left, intersection());
    }
  }

  private Query.Body intersection() {
    Query.Body left = primary();
    while (tokens.tryWord("INTERSECT")) {
      boolean distinct = distinct();
      left = new Query.SetOperation(Query.SetOperator.INTERSECT, distinct, left, primary());
    }
    return left;
  }

  private boolean distinct() {
    if (tokens.tryWord("ALL")) {
      return false;
    }
    tokens.tryWord("DISTINCT");
    return true;
  }

  private Query.Body primary() {
    if (tokens.isSymbol("(")) {
      tokens.advance();
      Query query = query();
      tokens.expectSymbol(")");
      boolean plain =
          query.with().tables().isEmpty()
              && query.orderBy().isEmpty()
              && !query.limit().isPresent()
              && query.locking().isEmpty();
      return plain ? query.body() : new Query.Nested(query);
    }
    if (tokens.tryWord("TABLE")) {
      TableReference table =
          new TableReference.Named(Names.qualifiedName(tokens), "", List.of(), List.of());
      return new Query.Specification(
          new Query.SelectOptions(false, false, false),
          List.of(new Query.Star("", "")),
          List.of(table),
          Expression.ABSENT,
          List.of(),
          false,
          Expression.ABSENT);
    }
    if (tokens.tryWord("VALUES")) {
      return rows();
    }
    tokens.expectWord("SELECT");
    return specification();
  }

  private Query.Body rows() {
    List<List<Expression>> rows = new ArrayList<>();
    do {
      tokens.expectWord("ROW");
      tokens.expectSymbol("(");
      rows.add(expressions.expressions());
      tokens.expectSymbol(")");
    } while (tokens.trySymbol(","));
    return new Query.Rows(rows);
  }

  private Query.Body specification() {
    Query.SelectOptions options = options();
    List<Query.SelectItem> items = new ArrayList<>();
    do {
      items.add(selectItem(items.isEmpty()));
    } while (tokens.trySymbol(","));
    intoVariables();
    List<TableReference> from = List.of();
    if (tokens.tryWord("FROM")) {
      if (tokens.tryWord("DUAL")) {
        from = List.of();
      } else {
        from = tables.references();
      }
    }
    Expression where = tokens.tryWord("WHERE") ? expressions.expression() : Expression.ABSENT;
    List<Expression.OrderItem> groupBy = List.of();
    boolean rollup = false;
    if (tokens.tryWords("GROUP", "BY")) {
      groupBy = functions.orderItems();
      rollup = tokens.tryWords("WITH", "ROLLUP");
    }
    Expression having = tokens.tryWord("HAVING") ? expressions.expression() : Expression.ABSENT;
    if (tokens.isWord("WINDOW")) {
      throw Tokens.unsupported("window functions");
    }
    return new Query.Specification(options, items, from, where, groupBy, rollup, having);
  }

  private Query.SelectOptions options() {
    boolean distinct = false;
    boolean calcFoundRows = false;
    boolean straightJoin = false;
    while (true) {
      switch (tokens.word()) {
        case "DISTINCT", "DISTINCTROW" -> distinct = true;
        case "SQL_CALC_FOUND_ROWS" -> calcFoundRows = true;
        case "STRAIGHT_JOIN" -> straightJoin = true;
        case "ALL",
            "HIGH_PRIORITY",
            "SQL_SMALL_RESULT",
            "SQL_BIG_RESULT",
            "SQL_BUFFER_RESULT",
            "SQL_NO_CACHE" -> {}
        default -> {
          return new Query.SelectOptions(distinct, calcFoundRows, straightJoin);
        }
      }
      tokens.advance();
    }
  }

  private Query.SelectItem selectItem(boolean first) {
    if (first && tokens.trySymbol("*")) {
      return new Query.Star("", "");
    }
    if (tokens.isSymbol("*")) {
      throw tokens.syntaxError();
    }
    if (Names.isIdentifier(tokens) && tokens.isSymbol(1, ".")) {
      if (tokens.isSymbol(2, "*")) {
        String table = Names.identifier(tokens);
        tokens.advance();
        tokens.advance();
        return new Query.Star("", table);
      }
      if (tokens.isSymbol(3, ".") && tokens.isSymbol(4, "*")) {
        String database = Names.identifier(tokens);
        tokens.advance();
        String table = Names.identifierAfterPoint(tokens);
        tokens.advance();
        tokens.advance();
        return new Query.Star(database, table);
      }
    }
    int start = tokens.start();
    Expression expression = expressions.expression();
    int end = tokens.previousEnd();
    String alias = Names.optionalAlias(tokens, true);
    if (!alias.isEmpty()) {
      return new Query.Item(expression, alias, true);
    }
    return new Query.Item(expression, implicitName(expression, start, end), false);
  }

  private String implicitName(Expression expression, int start, int end) {
    return switch (expression) {
      case Expression.ColumnName column -> column.name();
      case StringLiteral literal -> literal.text();
      case Expression.NullLiteral _ -> "NULL";
      default -> tokens.source(start, end);
    };
  }

  List<Expression.OrderItem> orderBy() {
    return tokens.tryWords("ORDER", "BY") ? functions.orderItems() : List.of();
  }

  /// LIMIT of UPDATE and DELETE, without offset.
  Expression limit() {
    return tokens.tryWord("LIMIT") ? limitOption() : Expression.ABSENT;
  }

  private Expression limitOption() {
    return switch (tokens.kind()) {
      case INTEGER, PARAMETER -> expressions.unary();
      default -> throw tokens.syntaxError();
    };
  }

  private void intoVariables() {
    if (!tokens.isWord("INTO")) {
      return;
    }
    tokens.advance();
    if (tokens.isWord("OUTFILE") || tokens.isWord("DUMPFILE")) {
      throw Tokens.unsupported("SELECT .. INTO " + tokens.word());
    }
    do {
      into.add(OperandParser.variableName(tokens));
    } while (tokens.trySymbol(","));
  }

  private List<Query.Locking> locking() {
    List<Query.Locking> list = new ArrayList<>();
    while (true) {
      if (tokens.isWord("LOCK") && tokens.isWord(1, "IN")) {
        tokens.advance();
        tokens.advance();
        tokens.expectWord("SHARE");
        tokens.expectWord("MODE");
        list.add(new Query.Locking(false, List.of(), Query.LockingWait.WAIT));
        return list;
      }
      if (!tokens.isWord("FOR") || !(tokens.isWord(1, "UPDATE") || tokens.isWord(1, "SHARE"))) {
        return list;
      }
      tokens.advance();
      boolean update = tokens.isWord("UPDATE");
      tokens.advance();
      List<String> names = List.of();
      if (tokens.tryWord("OF")) {
        names = Names.identifierList(tokens);
      }
      Query.LockingWait waiting = Query.LockingWait.WAIT;
      if (tokens.tryWord("NOWAIT")) {
        waiting = Query.LockingWait.NOWAIT;
      } else if (tokens.tryWords("SKIP", "LOCKED")) {
        waiting = Query.LockingWait.SKIP_LOCKED;
      }
      list.add(new Query.Locking(update, names, waiting));
    }
  }
}
