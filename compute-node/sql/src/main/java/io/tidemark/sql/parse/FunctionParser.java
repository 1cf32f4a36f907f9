package io.tidemark.sql.parse;

import io.tidemark.sql.ast.DataType;
import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Expression.AggregateCall;
import io.tidemark.sql.ast.Expression.FunctionCall;
import io.tidemark.sql.ast.Expression.Keyword;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads function calls, with the forms of arguments that some functions have for themselves.
/// Confined to one thread.
final class FunctionParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;

  FunctionParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /// Whether a call begins here: a name and a parenthesis, or one of the words that need none.
  boolean startsCall() {
    String word = tokens.word();
    if (tokens.isSymbol(1, "(")) {
      return tokens.kind() == TokenKind.QUOTED_IDENTIFIER
          || !Words.isReserved(word)
          || isCallable(word);
    }
    if (tokens.isSymbol(1, ".") && tokens.isSymbol(3, "(")) {
      return Names.isIdentifier(tokens);
    }
    return isNiladic(word);
  }

  private static boolean isCallable(String word) {
    return Words.isReservedFunction(word) || isNiladic(word) || isSpecial(word);
  }

  private static boolean isSpecial(String word) {
    return switch (word) {
      case "CONVERT",
          "INTERVAL",
          "GROUPING",
          "CUME_DIST",
          "DENSE_RANK",
          "FIRST_VALUE",
          "LAG",
          "LAST_VALUE",
          "LEAD",
          "NTH_VALUE",
          "NTILE",
          "PERCENT_RANK",
          "RANK",
          "ROW_NUMBER" ->
          true;
      default -> false;
    };
  }

  private static boolean isNiladic(String word) {
    return switch (word) {
      case "CURRENT_DATE",
          "CURRENT_TIME",
          "CURRENT_TIMESTAMP",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "CURRENT_USER",
          "UTC_DATE",
          "UTC_TIME",
          "UTC_TIMESTAMP" ->
          true;
      default -> false;
    };
  }

  /// Whether INTERVAL here is the function, with several arguments, and not a unit of time.
  boolean isIntervalFunction() {
    if (!tokens.isSymbol(1, "(")) {
      return false;
    }
    int mark = tokens.mark();
    tokens.advance();
    tokens.advance();
    int open = 1;
    boolean comma = false;
    while (open > 0 && !tokens.atEnd()) {
      if (tokens.isSymbol("(")) {
        open++;
      } else if (tokens.isSymbol(")")) {
        open--;
      } else if (open == 1 && tokens.isSymbol(",")) {
        comma = true;
      }
      tokens.advance();
    }
    tokens.resetTo(mark);
    return comma;
  }

  /// What follows the word INTERVAL.
  Expression interval() {
    Expression value = expressions.expression();
    return new Expression.Interval(value, unit());
  }

  private String unit() {
    String unit = tokens.word();
    if (unit.startsWith("SQL_TSI_")) {
      unit = unit.substring("SQL_TSI_".length());
    }
    if (!Words.isUnit(unit)) {
      throw tokens.syntaxError();
    }
    tokens.advance();
    return unit;
  }

  Expression call() {
    String database = "";
    if (tokens.isSymbol(1, ".")) {
      database = Names.identifier(tokens);
      tokens.expectSymbol(".");
    }
    String name = tokens.word();
    if (name.isEmpty()) {
      name = Names.identifier(tokens).toUpperCase(Locale.ROOT);
    } else {
      refuseBlank(name);
      tokens.advance();
    }
    if (!tokens.isSymbol("(")) {
      return new FunctionCall("", name, List.of());
    }
    tokens.expectSymbol("(");
    Expression call = database.isEmpty() ? arguments(name) : plain(database, name);
    if (tokens.isWord("OVER")) {
      throw Tokens.unsupported("window functions");
    }
    return call;
  }

  /// Some functions are functions only when the parenthesis touches their name.
  private void refuseBlank(String name) {
    if (Words.mustTouch(name) && tokens.blankFollows() && !tokens.hasMode(SqlMode.IGNORE_SPACE)) {
      throw new Rejected(MySqlError.FUNC_INEXISTENT_NAME_COLLISION, name);
    }
  }

  private Expression arguments(String name) {
    if (Words.isAggregate(name)) {
      return aggregate(name);
    }
    if (Words.isWindowFunction(name)) {
      throw Tokens.unsupported("window functions");
    }
    return switch (name) {
      case "CAST" -> cast();
      case "CONVERT" -> convert();
      case "TRIM" -> trim();
      case "SUBSTRING", "SUBSTR", "MID" -> substring();
      case "EXTRACT" -> extract();
      case "POSITION" -> position();
      case "TIMESTAMPADD", "TIMESTAMPDIFF" -> unitFirst(name);
      case "GET_FORMAT" -> getFormat();
      case "CHAR" -> character();
      case "WEIGHT_STRING" -> throw Tokens.unsupported("WEIGHT_STRING");
      case "JSON_TABLE" -> throw Tokens.unsupported("JSON_TABLE");
      default -> plain("", name);
    };
  }

  private Expression plain(String database, String name) {
    List<Expression> arguments = new ArrayList<>();
    if (!tokens.isSymbol(")")) {
      arguments = expressions.expressions();
    }
    tokens.expectSymbol(")");
    return new FunctionCall(database, name, arguments);
  }

  private Expression aggregate(String name) {
    if (name.equals("COUNT") && tokens.trySymbol("*")) {
      tokens.expectSymbol(")");
      return new AggregateCall(name, false, List.of(), List.of(), Expression.ABSENT);
    }
    boolean distinct = tokens.tryWord("DISTINCT");
    if (!distinct) {
      tokens.tryWord("ALL");
    }
    List<Expression> arguments = expressions.expressions();
    boolean several =
        name.equals("GROUP_CONCAT")
            || name.equals("JSON_OBJECTAGG")
            || (name.equals("COUNT") && distinct);
    if (arguments.size() > 1 && !several) {
      throw tokens.syntaxError();
    }
    List<Expression.OrderItem> order = List.of();
    Expression separator = Expression.ABSENT;
    if (name.equals("GROUP_CONCAT")) {
      if (tokens.tryWords("ORDER", "BY")) {
        order = orderItems();
      }
      if (tokens.tryWord("SEPARATOR")) {
        separator = Names.string(tokens);
      }
    }
    tokens.expectSymbol(")");
    return new AggregateCall(name, distinct, arguments, order, separator);
  }

  List<Expression.OrderItem> orderItems() {
    List<Expression.OrderItem> items = new ArrayList<>();
    do {
      Expression expression = expressions.expression();
      boolean descending = tokens.tryWord("DESC");
      if (!descending) {
        tokens.tryWord("ASC");
      }
      items.add(new Expression.OrderItem(expression, descending));
    } while (tokens.trySymbol(","));
    return items;
  }

  private Expression cast() {
    Expression operand = expressions.expression();
    if (tokens.isWord("AT")) {
      throw Tokens.unsupported("AT TIME ZONE");
    }
    tokens.expectWord("AS");
    DataType type = DataTypeParser.castType(tokens);
    if (tokens.isWord("ARRAY")) {
      throw Tokens.unsupported("CAST .. ARRAY");
    }
    tokens.expectSymbol(")");
    return new Expression.Cast(operand, type);
  }

  private Expression convert() {
    Expression operand = expressions.expression();
    Expression result;
    if (tokens.tryWord("USING")) {
      result = new Expression.ConvertUsing(operand, Names.charsetName(tokens));
    } else {
      tokens.expectSymbol(",");
      result = new Expression.Cast(operand, DataTypeParser.castType(tokens));
    }
    tokens.expectSymbol(")");
    return result;
  }

  private Expression trim() {
    String side = tokens.word();
    boolean sided = side.equals("LEADING") || side.equals("TRAILING") || side.equals("BOTH");
    if (sided) {
      tokens.advance();
      if (tokens.tryWord("FROM")) {
        return trimmed(side, new StringLiteral(new byte[] {32}, ""), expressions.expression());
      }
    }
    Expression first = expressions.expression();
    if (tokens.tryWord("FROM")) {
      return trimmed(sided ? side : "BOTH", first, expressions.expression());
    }
    if (sided) {
      throw tokens.syntaxError();
    }
    tokens.expectSymbol(")");
    return new FunctionCall("", "TRIM", List.of(first));
  }

  private Expression trimmed(String side, Expression remove, Expression from) {
    tokens.expectSymbol(")");
    return new FunctionCall("", "TRIM", List.of(new Keyword(side), remove, from));
  }

  private Expression substring() {
    Expression text = expressions.expression();
    List<Expression> arguments = new ArrayList<>();
    arguments.add(text);
    if (tokens.tryWord("FROM")) {
      arguments.add(expressions.expression());
      if (tokens.tryWord("FOR")) {
        arguments.add(expressions.expression());
      }
    } else {
      while (tokens.trySymbol(",")) {
        arguments.add(expressions.expression());
      }
    }
    tokens.expectSymbol(")");
    return new FunctionCall("", "SUBSTRING", arguments);
  }

  private Expression extract() {
    Keyword unit = new Keyword(unit());
    tokens.expectWord("FROM");
    Expression from = expressions.expression();
    tokens.expectSymbol(")");
    return new FunctionCall("", "EXTRACT", List.of(unit, from));
  }

  private Expression position() {
    Expression part = expressions.bits();
    tokens.expectWord("IN");
    Expression text = expressions.expression();
    tokens.expectSymbol(")");
    return new FunctionCall("", "LOCATE", List.of(part, text));
  }

  private Expression unitFirst(String name) {
    Keyword unit = new Keyword(unit());
    tokens.expectSymbol(",");
    Expression first = expressions.expression();
    tokens.expectSymbol(",");
    Expression second = expressions.expression();
    tokens.expectSymbol(")");
    return new FunctionCall("", name, List.of(unit, first, second));
  }

  private Expression getFormat() {
    Keyword kind = new Keyword(tokens.word());
    tokens.advance();
    tokens.expectSymbol(",");
    Expression region = expressions.expression();
    tokens.expectSymbol(")");
    return new FunctionCall("", "GET_FORMAT", List.of(kind, region));
  }

  private Expression character() {
    List<Expression> arguments = expressions.expressions();
    Expression call;
    if (tokens.tryWord("USING")) {
      String charset = Names.charsetName(tokens);
      call = new Expression.ConvertUsing(new FunctionCall("", "CHAR", arguments), charset);
    } else {
      call = new FunctionCall("", "CHAR", arguments);
    }
    tokens.expectSymbol(")");
    return call;
  }
}
