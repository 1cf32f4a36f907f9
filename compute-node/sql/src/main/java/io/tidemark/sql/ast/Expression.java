package io.tidemark.sql.ast;

import java.util.List;

/// An expression as it is written.
public sealed interface Expression
    permits StringLiteral,
        Expression.Absent,
        Expression.NullLiteral,
        Expression.BooleanLiteral,
        Expression.NumberLiteral,
        Expression.HexLiteral,
        Expression.BitLiteral,
        Expression.TemporalLiteral,
        Expression.DefaultValue,
        Expression.DefaultOf,
        Expression.ValuesOf,
        Expression.ColumnName,
        Expression.ParameterMarker,
        Expression.UserVariable,
        Expression.SystemVariable,
        Expression.Assignment,
        Expression.Unary,
        Expression.Binary,
        Expression.Quantified,
        Expression.In,
        Expression.InQuery,
        Expression.Between,
        Expression.Like,
        Expression.Is,
        Expression.Exists,
        Expression.ScalarQuery,
        Expression.Case,
        Expression.Cast,
        Expression.ConvertUsing,
        Expression.Collate,
        Expression.FunctionCall,
        Expression.AggregateCall,
        Expression.Interval,
        Expression.Keyword,
        Expression.RowConstructor {
  Absent ABSENT = new Absent();

  /// No expression stands here.
  record Absent() implements Expression {}

  record NullLiteral() implements Expression {}

  record BooleanLiteral(boolean value) implements Expression {}

  /// A number without sign, as written.
  record NumberLiteral(String text, NumberKind kind) implements Expression {}

  /// How a number was written, which decides its type.
  enum NumberKind {
    INTEGER,
    /// With a point.
    DECIMAL,
    /// With an exponent.
    FLOAT
  }

  /// `x'..'` or `0x..`: the digits, an even number of them.
  record HexLiteral(String digits, String introducer) implements Expression {}

  /// `b'..'` or `0b..`: the binary digits.
  record BitLiteral(String digits, String introducer) implements Expression {}

  /// `DATE '..'`, `TIME '..'` or `TIMESTAMP '..'`.
  record TemporalLiteral(TemporalKind kind, String text) implements Expression {}

  /// The word before a temporal literal.
  enum TemporalKind {
    DATE,
    TIME,
    TIMESTAMP
  }

  /// The word DEFAULT as a value of INSERT or UPDATE.
  record DefaultValue() implements Expression {}

  /// `DEFAULT(column)`.
  record DefaultOf(ColumnName column) implements Expression {}

  /// `VALUES(column)` of ON DUPLICATE KEY UPDATE.
  record ValuesOf(ColumnName column) implements Expression {}

  record ColumnName(String database, String table, String name) implements Expression {
    @Override
    public String toString() {
      String qualified = table.isEmpty() ? name : table + "." + name;
      return database.isEmpty() ? qualified : database + "." + qualified;
    }
  }

  /// A `?`, numbered from 0 in the order of the text.
  record ParameterMarker(int index) implements Expression {}

  record UserVariable(String name) implements Expression {}

  record SystemVariable(VariableScope scope, String name) implements Expression {}

  /// What stands between `@@` and the name of a system variable.
  enum VariableScope {
    UNSPECIFIED,
    SESSION,
    GLOBAL
  }

  /// `@name := value`.
  record Assignment(String name, Expression value) implements Expression {}

  record Unary(UnaryOperator operator, Expression operand) implements Expression {}

  /// Prefix operators.
  enum UnaryOperator {
    NOT,
    MINUS,
    PLUS,
    INVERT,
    BINARY
  }

  record Binary(BinaryOperator operator, Expression left, Expression right) implements Expression {}

  /// Infix operators, with MySQL's spelling.
  enum BinaryOperator {
    OR("or"),
    XOR("xor"),
    AND("and"),
    EQUAL("="),
    NULL_SAFE_EQUAL("<=>"),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    REGEXP("regexp"),
    NOT_REGEXP("not regexp"),
    BIT_OR("|"),
    BIT_AND("&"),
    BIT_XOR("^"),
    SHIFT_LEFT("<<"),
    SHIFT_RIGHT(">>"),
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    INTEGER_DIVIDE("DIV"),
    MODULO("%"),
    CONCATENATE("||"),
    JSON_EXTRACT("->"),
    JSON_UNQUOTE_EXTRACT("->>");

    private final String symbol;

    BinaryOperator(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }

    /// Whether it compares two values of any type.
    public boolean isComparison() {
      return ordinal() >= EQUAL.ordinal() && ordinal() <= GREATER_OR_EQUAL.ordinal();
    }
  }

  /// `left operator ANY|ALL (query)`.
  record Quantified(BinaryOperator operator, Expression left, boolean all, Query query)
      implements Expression {}

  record In(Expression left, List<Expression> list, boolean negated) implements Expression {
    public In {
      list = List.copyOf(list);
    }
  }

  record InQuery(Expression left, Query query, boolean negated) implements Expression {}

  record Between(Expression operand, Expression low, Expression high, boolean negated)
      implements Expression {}

  /// `escape` is absent unless written.
  record Like(Expression operand, Expression pattern, Expression escape, boolean negated)
      implements Expression {}

  record Is(Expression operand, TruthTest test, boolean negated) implements Expression {}

  /// What IS asks.
  enum TruthTest {
    NULL,
    TRUE,
    FALSE,
    UNKNOWN
  }

  record Exists(Query query) implements Expression {}

  record ScalarQuery(Query query) implements Expression {}

  /// `operand` is absent in the searched form; `otherwise` if there is no ELSE.
  record Case(Expression operand, List<When> whens, Expression otherwise) implements Expression {
    public Case {
      whens = List.copyOf(whens);
    }
  }

  /// One branch of a [Case].
  record When(Expression condition, Expression result) {}

  /// `CAST(operand AS type)`, `CONVERT(operand, type)`; the type's name is `SIGNED`, `UNSIGNED`,
  /// `CHAR`, `BINARY`, `DATE`, ..
  record Cast(Expression operand, DataType type) implements Expression {}

  record ConvertUsing(Expression operand, String charset) implements Expression {}

  record Collate(Expression operand, String collation) implements Expression {}

  /// A function that is not an aggregate; the name in upper case. Special argument forms are
  /// reduced to plain ones: `TRIM(LEADING x FROM y)` is `TRIM(LEADING, x, y)` with a [Keyword],
  /// `SUBSTRING(a FROM b FOR c)` is `SUBSTRING(a, b, c)`, `EXTRACT(DAY FROM d)` is `EXTRACT(DAY,
  /// d)` with a [Keyword], `POSITION(a IN b)` is `LOCATE(a, b)`.
  record FunctionCall(String database, String name, List<Expression> arguments)
      implements Expression {
    public FunctionCall {
      arguments = List.copyOf(arguments);
    }
  }

  /// An aggregate function; the name in upper case. `COUNT(*)` has no arguments. `orderBy` and
  /// `separator` (a [StringLiteral] or absent) belong to GROUP_CONCAT.
  record AggregateCall(
      String name,
      boolean distinct,
      List<Expression> arguments,
      List<OrderItem> orderBy,
      Expression separator)
      implements Expression {
    public AggregateCall {
      arguments = List.copyOf(arguments);
      orderBy = List.copyOf(orderBy);
    }
  }

  /// `INTERVAL value unit`; only as an operand of `+` and `-` and as an argument of date functions.
  record Interval(Expression value, String unit) implements Expression {}

  /// A word as an argument: a unit, LEADING, TRAILING or BOTH. Upper case.
  record Keyword(String word) implements Expression {}

  /// `(a, b)` or `ROW(a, b)`.
  record RowConstructor(List<Expression> elements) implements Expression {
    public RowConstructor {
      elements = List.copyOf(elements);
    }
  }

  /// One element of ORDER BY or GROUP BY.
  record OrderItem(Expression expression, boolean descending) {}

  default boolean isPresent() {
    return !(this instanceof Absent);
  }
}
