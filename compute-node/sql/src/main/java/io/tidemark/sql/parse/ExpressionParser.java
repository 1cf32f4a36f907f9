package io.tidemark.sql.parse;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Expression.Binary;
import io.tidemark.sql.ast.Expression.BinaryOperator;
import io.tidemark.sql.ast.Expression.TruthTest;
import io.tidemark.sql.ast.Expression.Unary;
import io.tidemark.sql.ast.Expression.UnaryOperator;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.variable.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads expressions by precedence: one method for each level of MySQL's grammar (`expr`,
/// `bool_pri`, `predicate`, `bit_expr`), down to [OperandParser]. Confined to one thread.
final class ExpressionParser {
  private final Tokens tokens;
  private final OperandParser operands;
  private final QueryParser queries;
  private final boolean pipesAsConcat;
  private final boolean highNotPrecedence;

  ExpressionParser(Tokens tokens, QueryParser queries) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this, queries);
    this.queries = queries;
    this.pipesAsConcat = tokens.hasMode(SqlMode.PIPES_AS_CONCAT);
    this.highNotPrecedence = tokens.hasMode(SqlMode.HIGH_NOT_PRECEDENCE);
  }

  /// An expression of the lowest precedence.
  Expression expression() {
    tokens.enter();
    Expression left = exclusiveOr();
    while (tokens.isWord("OR") || (!pipesAsConcat && tokens.isSymbol("||"))) {
      tokens.advance();
      left = new Binary(BinaryOperator.OR, left, exclusiveOr());
    }
    tokens.leave();
    return left;
  }

  List<Expression> expressions() {
    List<Expression> list = new ArrayList<>();
    do {
      list.add(expression());
    } while (tokens.trySymbol(","));
    return list;
  }

  private Expression exclusiveOr() {
    Expression left = and();
    while (tokens.tryWord("XOR")) {
      left = new Binary(BinaryOperator.XOR, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.isWord("AND") || tokens.isSymbol("&&")) {
      tokens.advance();
      left = new Binary(BinaryOperator.AND, left, not());
    }
    return left;
  }

  private Expression not() {
    if (!highNotPrecedence && tokens.tryWord("NOT")) {
      tokens.enter();
      Expression operand = not();
      tokens.leave();
      return new Unary(UnaryOperator.NOT, operand);
    }
    return test();
  }

  /// IS tests, comparisons and quantified comparisons, from left to right.
  private Expression test() {
    Expression left = predicate();
    while (true) {
      if (tokens.tryWord("IS")) {
        left = is(left);
        continue;
      }
      Optional<BinaryOperator> comparison = comparisonOperator();
      if (comparison.isEmpty()) {
        return left;
      }
      tokens.advance();
      left = compare(comparison.get(), left);
    }
  }

  private Expression is(Expression operand) {
    boolean negated = tokens.tryWord("NOT");
    TruthTest test =
        switch (tokens.word()) {
          case "NULL" -> TruthTest.NULL;
          case "TRUE" -> TruthTest.TRUE;
          case "FALSE" -> TruthTest.FALSE;
          case "UNKNOWN" -> TruthTest.UNKNOWN;
          default -> throw tokens.syntaxError();
        };
    tokens.advance();
    return new Expression.Is(operand, test, negated);
  }

  private Expression compare(BinaryOperator operator, Expression left) {
    boolean all = tokens.isWord("ALL");
    if ((all || tokens.isWord("ANY") || tokens.isWord("SOME")) && tokens.isSymbol(1, "(")) {
      if (operator == BinaryOperator.NULL_SAFE_EQUAL) {
        throw tokens.syntaxError();
      }
      tokens.advance();
      tokens.expectSymbol("(");
      Query query = queries.query();
      tokens.expectSymbol(")");
      return new Expression.Quantified(operator, left, all, query);
    }
    return new Binary(operator, left, predicate());
  }

  private Optional<BinaryOperator> comparisonOperator() {
    if (tokens.kind() != TokenKind.SYMBOL) {
      return Optional.empty();
    }
    return switch (tokens.raw()) {
      case "=" -> Optional.of(BinaryOperator.EQUAL);
      case "<=>" -> Optional.of(BinaryOperator.NULL_SAFE_EQUAL);
      case "<>", "!=" -> Optional.of(BinaryOperator.NOT_EQUAL);
      case "<" -> Optional.of(BinaryOperator.LESS);
      case "<=" -> Optional.of(BinaryOperator.LESS_OR_EQUAL);
      case ">" -> Optional.of(BinaryOperator.GREATER);
      case ">=" -> Optional.of(BinaryOperator.GREATER_OR_EQUAL);
      default -> Optional.empty();
    };
  }

  private Expression predicate() {
    Expression left = bits();
    int mark = tokens.mark();
    boolean negated = tokens.tryWord("NOT");
    switch (tokens.word()) {
      case "IN" -> {
        tokens.advance();
        return in(left, negated);
      }
      case "BETWEEN" -> {
        tokens.advance();
        Expression low = bits();
        tokens.expectWord("AND");
        return new Expression.Between(left, low, predicate(), negated);
      }
      case "LIKE" -> {
        tokens.advance();
        Expression pattern = unary();
        Expression escape = tokens.tryWord("ESCAPE") ? unary() : Expression.ABSENT;
        return new Expression.Like(left, pattern, escape, negated);
      }
      case "REGEXP", "RLIKE" -> {
        tokens.advance();
        BinaryOperator operator = negated ? BinaryOperator.NOT_REGEXP : BinaryOperator.REGEXP;
        return new Binary(operator, left, bits());
      }
      case "SOUNDS" -> {
        if (!negated && tokens.isWord(1, "LIKE")) {
          throw Tokens.unsupported("SOUNDS LIKE");
        }
      }
      case "MEMBER" -> {
        if (!negated && tokens.isWord(1, "OF")) {
          throw Tokens.unsupported("MEMBER OF");
        }
      }
      default -> {}
    }
    if (negated) {
      tokens.resetTo(mark);
    }
    return left;
  }

  private Expression in(Expression left, boolean negated) {
    tokens.expectSymbol("(");
    Expression result;
    if (queries.fillsParentheses()) {
      result = new Expression.InQuery(left, queries.query(), negated);
    } else {
      result = new Expression.In(left, expressions(), negated);
    }
    tokens.expectSymbol(")");
    return result;
  }

  /// Arithmetic and bit operators; `|` binds least, `^` most.
  Expression bits() {
    return binary(0);
  }

  private Expression binary(int level) {
    if (level == 6) {
      return concatenation();
    }
    Expression left = binary(level + 1);
    while (true) {
      Optional<BinaryOperator> operator = arithmeticOperator(level);
      if (operator.isEmpty()) {
        return left;
      }
      tokens.advance();
      Expression right = binary(level + 1);
      left = new Binary(operator.get(), left, right);
    }
  }

  private Optional<BinaryOperator> arithmeticOperator(int level) {
    if (tokens.kind() == TokenKind.WORD) {
      if (level != 4) {
        return Optional.empty();
      }
      if (tokens.isWord("DIV")) {
        return Optional.of(BinaryOperator.INTEGER_DIVIDE);
      }
      return tokens.isWord("MOD") ? Optional.of(BinaryOperator.MODULO) : Optional.empty();
    }
    if (tokens.kind() != TokenKind.SYMBOL) {
      return Optional.empty();
    }
    BinaryOperator operator;
    int its;
    switch (tokens.raw()) {
      case "|" -> {
        operator = BinaryOperator.BIT_OR;
        its = 0;
      }
      case "&" -> {
        operator = BinaryOperator.BIT_AND;
        its = 1;
      }
      case "<<" -> {
        operator = BinaryOperator.SHIFT_LEFT;
        its = 2;
      }
      case ">>" -> {
        operator = BinaryOperator.SHIFT_RIGHT;
        its = 2;
      }
      case "+" -> {
        operator = BinaryOperator.ADD;
        its = 3;
      }
      case "-" -> {
        operator = BinaryOperator.SUBTRACT;
        its = 3;
      }
      case "*" -> {
        operator = BinaryOperator.MULTIPLY;
        its = 4;
      }
      case "/" -> {
        operator = BinaryOperator.DIVIDE;
        its = 4;
      }
      case "%" -> {
        operator = BinaryOperator.MODULO;
        its = 4;
      }
      case "^" -> {
        operator = BinaryOperator.BIT_XOR;
        its = 5;
      }
      default -> {
        return Optional.empty();
      }
    }
    return its == level ? Optional.of(operator) : Optional.empty();
  }

  private Expression concatenation() {
    Expression left = unary();
    while (pipesAsConcat && tokens.trySymbol("||")) {
      left = new Binary(BinaryOperator.CONCATENATE, left, unary());
    }
    return left;
  }

  /// An operand with its prefix operators and COLLATE (`simple_expr`).
  Expression unary() {
    Optional<UnaryOperator> prefix = prefixOperator();
    if (prefix.isPresent()) {
      tokens.advance();
      tokens.enter();
      Expression operand = unary();
      tokens.leave();
      return new Unary(prefix.get(), operand);
    }
    Expression operand = operands.operand();
    while (true) {
      if (tokens.tryWord("COLLATE")) {
        operand = new Expression.Collate(operand, Names.charsetName(tokens));
      } else if (tokens.isSymbol("->") || tokens.isSymbol("->>")) {
        throw Tokens.unsupported("JSON path operators");
      } else {
        return operand;
      }
    }
  }

  private Optional<UnaryOperator> prefixOperator() {
    if (tokens.kind() == TokenKind.SYMBOL) {
      return switch (tokens.raw()) {
        case "-" -> Optional.of(UnaryOperator.MINUS);
        case "+" -> Optional.of(UnaryOperator.PLUS);
        case "~" -> Optional.of(UnaryOperator.INVERT);
        case "!" -> Optional.of(UnaryOperator.NOT);
        default -> Optional.empty();
      };
    }
    if (tokens.isWord("BINARY")) {
      return Optional.of(UnaryOperator.BINARY);
    }
    if (highNotPrecedence && tokens.isWord("NOT")) {
      return Optional.of(UnaryOperator.NOT);
    }
    return Optional.empty();
  }
}
