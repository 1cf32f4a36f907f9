package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Expression.NumberKind;
import io.tidemark.sql.ast.Expression.NumberLiteral;
import io.tidemark.sql.ast.Expression.TemporalKind;
import io.tidemark.sql.ast.Expression.VariableScope;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.ast.StringLiteral;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads what operators stand between: literals, names, variables, parentheses, subqueries, CASE
/// and function calls (by [FunctionParser]). Confined to one thread.
final class OperandParser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final QueryParser queries;
  private final FunctionParser functions;

  OperandParser(Tokens tokens, ExpressionParser expressions, QueryParser queries) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.queries = queries;
    this.functions = new FunctionParser(tokens, expressions);
  }

  Expression operand() {
    return switch (tokens.kind()) {
      case INTEGER -> number(NumberKind.INTEGER);
      case DECIMAL -> number(NumberKind.DECIMAL);
      case FLOAT -> number(NumberKind.FLOAT);
      case STRING -> Names.string(tokens);
      case NATIONAL_STRING -> Names.string(tokens, "utf8mb3");
      case HEX, BIT -> digits("");
      case PARAMETER -> {
        tokens.advance();
        yield new Expression.ParameterMarker(tokens.nextParameter());
      }
      case AT -> userVariable();
      case AT_AT -> systemVariable();
      case SYMBOL -> symbol();
      case WORD -> word();
      case QUOTED_IDENTIFIER -> nameOrCall();
      case END -> throw tokens.syntaxError();
    };
  }

  private Expression number(NumberKind kind) {
    NumberLiteral literal = new NumberLiteral(tokens.raw(), kind);
    tokens.advance();
    return literal;
  }

  private Expression digits(String introducer) {
    String raw = tokens.raw();
    boolean hex = tokens.kind() == TokenKind.HEX;
    boolean quoted = raw.charAt(1) == '\'';
    String digits = quoted ? raw.substring(2, raw.length() - 1) : raw.substring(2);
    tokens.advance();
    if (!hex) {
      return new Expression.BitLiteral(digits, introducer);
    }
    return new Expression.HexLiteral(
        (digits.length() & 1) == 0 ? digits : "0" + digits, introducer);
  }

  private Expression userVariable() {
    String name = variableName(tokens);
    if (tokens.trySymbol(":=")) {
      return new Expression.Assignment(name, expressions.expression());
    }
    return new Expression.UserVariable(name);
  }

  /// `@name`, also quoted; lower case.
  static String variableName(Tokens tokens) {
    if (tokens.kind() != TokenKind.AT || tokens.touchesNext(0) == false) {
      throw tokens.syntaxError();
    }
    tokens.advance();
    StringBuilder name = new StringBuilder();
    switch (tokens.kind()) {
      case STRING -> name.append(Names.string(tokens).text());
      case QUOTED_IDENTIFIER -> name.append(Names.identifier(tokens));
      case WORD, INTEGER -> variableWord(tokens, name);
      default -> throw tokens.syntaxError();
    }
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /// A name of words, digits and points that touch one another.
  private static void variableWord(Tokens tokens, StringBuilder name) {
    while (true) {
      boolean touches = tokens.touchesNext(0);
      name.append(Tokens.decode(tokens.raw()));
      tokens.advance();
      boolean goesOn =
          touches
              && (tokens.kind() == TokenKind.WORD
                  || tokens.kind() == TokenKind.INTEGER
                  || tokens.kind() == TokenKind.DECIMAL
                  || tokens.isSymbol("."));
      if (!goesOn) {
        return;
      }
    }
  }

  private Expression systemVariable() {
    tokens.advance();
    VariableScope scope = VariableScope.UNSPECIFIED;
    if (tokens.isSymbol(1, ".")) {
      scope =
          switch (tokens.word()) {
            case "GLOBAL" -> VariableScope.GLOBAL;
            case "SESSION", "LOCAL" -> VariableScope.SESSION;
            default -> VariableScope.UNSPECIFIED;
          };
      if (scope != VariableScope.UNSPECIFIED) {
        tokens.advance();
        tokens.advance();
      }
    }
    String name = Names.identifierAfterPoint(tokens).toLowerCase(Locale.ROOT);
    return new Expression.SystemVariable(scope, name);
  }

  private Expression symbol() {
    if (tokens.isSymbol("(")) {
      return parenthesis();
    }
    if (tokens.isSymbol("{")) {
      return odbcEscape();
    }
    throw tokens.syntaxError();
  }

  private Expression parenthesis() {
    tokens.expectSymbol("(");
    if (queries.fillsParentheses()) {
      Query query = queries.query();
      tokens.expectSymbol(")");
      return new Expression.ScalarQuery(query);
    }
    Expression first = expressions.expression();
    if (!tokens.isSymbol(",")) {
      tokens.expectSymbol(")");
      return first;
    }
    return row(first);
  }

  private Expression row(Expression first) {
    List<Expression> elements = new ArrayList<>();
    elements.add(first);
    while (tokens.trySymbol(",")) {
      elements.add(expressions.expression());
    }
    tokens.expectSymbol(")");
    return new Expression.RowConstructor(elements);
  }

  /// `{d '..'}`, `{t '..'}`, `{ts '..'}`, `{fn ..}`.
  private Expression odbcEscape() {
    tokens.expectSymbol("{");
    String word = tokens.word();
    tokens.advance();
    Expression result;
    if (word.equals("FN")) {
      result = expressions.expression();
    } else if (tokens.kind() == TokenKind.STRING) {
      String text = Names.string(tokens).text();
      result =
          switch (word) {
            case "D" -> new Expression.TemporalLiteral(TemporalKind.DATE, text);
            case "T" -> new Expression.TemporalLiteral(TemporalKind.TIME, text);
            case "TS" -> new Expression.TemporalLiteral(TemporalKind.TIMESTAMP, text);
            default -> throw tokens.syntaxError();
          };
    } else {
      throw tokens.syntaxError();
    }
    tokens.expectSymbol("}");
    return result;
  }

  private Expression word() {
    String word = tokens.word();
    switch (word) {
      case "NULL" -> {
        tokens.advance();
        return new Expression.NullLiteral();
      }
      case "TRUE", "FALSE" -> {
        tokens.advance();
        return new Expression.BooleanLiteral(word.equals("TRUE"));
      }
      case "CASE" -> {
        return caseExpression();
      }
      case "EXISTS" -> {
        return exists();
      }
      case "ROW" -> {
        tokens.advance();
        tokens.expectSymbol("(");
        return row(expressions.expression());
      }
      case "INTERVAL" -> {
        if (functions.isIntervalFunction()) {
          return functions.call();
        }
        tokens.advance();
        return functions.interval();
      }
      case "DATE", "TIME", "TIMESTAMP" -> {
        if (tokens.kind(1) == TokenKind.STRING) {
          tokens.advance();
          return new Expression.TemporalLiteral(
              TemporalKind.valueOf(word), Names.string(tokens).text());
        }
      }
      case "DEFAULT" -> {
        return defaultOf();
      }
      case "VALUES" -> {
        return valuesOf();
      }
      case "MATCH" -> throw Tokens.unsupported("MATCH .. AGAINST");
      default -> {}
    }
    if (word.startsWith("_") && Words.isCharset(word.substring(1)) && introducedFollows()) {
      return introduced(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return nameOrCall();
  }

  private boolean introducedFollows() {
    TokenKind next = tokens.kind(1);
    return next == TokenKind.STRING || next == TokenKind.HEX || next == TokenKind.BIT;
  }

  private Expression introduced(String charset) {
    tokens.advance();
    String introducer = charset.equals("utf8") ? "utf8mb3" : charset;
    return tokens.kind() == TokenKind.STRING
        ? Names.string(tokens, introducer)
        : digits(introducer);
  }

  private Expression caseExpression() {
    tokens.advance();
    Expression operand = tokens.isWord("WHEN") ? Expression.ABSENT : expressions.expression();
    List<Expression.When> whens = new ArrayList<>();
    while (tokens.tryWord("WHEN")) {
      Expression condition = expressions.expression();
      tokens.expectWord("THEN");
      whens.add(new Expression.When(condition, expressions.expression()));
    }
    if (whens.isEmpty()) {
      throw tokens.syntaxError();
    }
    Expression otherwise = tokens.tryWord("ELSE") ? expressions.expression() : Expression.ABSENT;
    tokens.expectWord("END");
    return new Expression.Case(operand, whens, otherwise);
  }

  private Expression exists() {
    tokens.advance();
    tokens.expectSymbol("(");
    Query query = queries.query();
    tokens.expectSymbol(")");
    return new Expression.Exists(query);
  }

  private Expression defaultOf() {
    if (!tokens.isSymbol(1, "(")) {
      throw tokens.syntaxError();
    }
    tokens.advance();
    tokens.expectSymbol("(");
    Expression.ColumnName column = Names.columnName(tokens);
    tokens.expectSymbol(")");
    return new Expression.DefaultOf(column);
  }

  private Expression valuesOf() {
    tokens.advance();
    tokens.expectSymbol("(");
    Expression.ColumnName column = Names.columnName(tokens);
    tokens.expectSymbol(")");
    return new Expression.ValuesOf(column);
  }

  private Expression nameOrCall() {
    if (functions.startsCall()) {
      return functions.call();
    }
    return Names.columnName(tokens);
  }

  /// A number or string literal's text for options; numbers as written.
  static String optionText(Tokens tokens) {
    return switch (tokens.kind()) {
      case STRING -> {
        StringLiteral literal = Names.string(tokens);
        yield literal.text();
      }
      case INTEGER, DECIMAL, WORD -> {
        String raw = Tokens.decode(tokens.raw());
        tokens.advance();
        yield raw;
      }
      case QUOTED_IDENTIFIER -> Names.identifier(tokens);
      default -> throw tokens.syntaxError();
    };
  }
}
