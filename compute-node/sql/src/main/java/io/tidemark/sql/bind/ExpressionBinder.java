package io.tidemark.sql.bind;

import io.tidemark.sql.ast.Expression;
import io.tidemark.sql.ast.Expression.BinaryOperator;
import io.tidemark.sql.ast.StringLiteral;
import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.Argument;
import io.tidemark.sql.function.FunctionDefinition;
import io.tidemark.sql.function.Functions;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Binds expressions: looks up names and functions, finds types, folds constants, takes rows apart.
/// Made for each place of a query (the select list, WHERE, ..). Confined to the binding thread.
final class ExpressionBinder {
  private final Binding binding;
  private final Scope scope;
  private final String clause;
  private final Names names;

  /// What a place allows besides columns.
  interface Names {
    /// A select alias that stands for the name here, before columns are looked up.
    default Optional<BoundExpression> aliasBefore(Expression.ColumnName name) {
      return Optional.empty();
    }

    /// A select alias, when no column has the name.
    default Optional<BoundExpression> aliasAfter(Expression.ColumnName name) {
      return Optional.empty();
    }

    /// The aggregate's result; error 1111 where none is allowed.
    default BoundExpression aggregate(Expression.AggregateCall call) {
      throw new Rejected(MySqlError.INVALID_GROUP_FUNC_USE);
    }

    /// `VALUES(column)`; an error outside ON DUPLICATE KEY UPDATE.
    default BoundExpression valuesOf(Expression.ColumnName column) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "VALUES() outside ON DUPLICATE KEY UPDATE");
    }

    /// The default of a column.
    default BoundExpression defaultOf(BoundExpression.Column column) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "DEFAULT(column)");
    }
  }

  ExpressionBinder(Binding binding, Scope scope, String clause, Names names) {
    this.binding = binding;
    this.scope = scope;
    this.clause = clause;
    this.names = names;
  }

  /// Binds an expression that must give one value.
  BoundExpression bind(Expression expression) {
    return switch (expression) {
      case StringLiteral literal -> Literals.string(literal, binding.context());
      case Expression.NullLiteral _ -> Literals.nullConstant();
      case Expression.BooleanLiteral literal -> Literals.truth(literal.value());
      case Expression.NumberLiteral literal -> Literals.number(literal);
      case Expression.HexLiteral literal -> Literals.hex(literal);
      case Expression.BitLiteral literal -> Literals.bits(literal);
      case Expression.TemporalLiteral literal -> Literals.temporal(literal, binding.context());
      case Expression.ColumnName name -> column(name);
      case Expression.ParameterMarker marker -> parameter(marker.index());
      case Expression.UserVariable variable -> userVariable(variable.name());
      case Expression.SystemVariable variable ->
          binding
              .session()
              .systemVariable(
                  variable.scope() == Expression.VariableScope.GLOBAL,
                  variable.scope() != Expression.VariableScope.UNSPECIFIED,
                  variable.name());
      case Expression.Assignment assignment ->
          new BoundExpression.Assignment(assignment.name(), bind(assignment.value()));
      case Expression.Unary unary -> unary(unary);
      case Expression.Binary binary -> binary(binary);
      case Expression.In in -> in(in);
      case Expression.Between between -> between(between);
      case Expression.Like like -> like(like);
      case Expression.Is is -> is(is);
      case Expression.Case choice -> choice(choice);
      case Expression.Cast cast -> cast(cast);
      case Expression.ConvertUsing convert ->
          call(Functions.convertUsing(Literals.charset(convert.charset())), convert.operand());
      case Expression.Collate collate -> collate(collate);
      case Expression.FunctionCall function -> function(function);
      case Expression.AggregateCall aggregate -> names.aggregate(aggregate);
      case Expression.ValuesOf values -> names.valuesOf(values.column());
      case Expression.DefaultOf of -> names.defaultOf(scope.resolve(of.column(), clause));
      case Expression.Quantified quantified -> subqueries().quantified(quantified);
      case Expression.InQuery in -> subqueries().in(in);
      case Expression.Exists exists -> subqueries().exists(exists.query());
      case Expression.ScalarQuery scalar -> subqueries().scalar(scalar.query());
      case Expression.Interval _, Expression.Keyword _, Expression.DefaultValue _ ->
          throw new Rejected(MySqlError.WRONG_ARGUMENTS, "INTERVAL");
      case Expression.RowConstructor _ -> throw new Rejected(MySqlError.OPERAND_COLUMNS, 1);
      case Expression.Absent _ ->
          throw new IllegalArgumentException("nothing stands where an expression is needed");
    };
  }

  List<BoundExpression> bindAll(List<Expression> expressions) {
    List<BoundExpression> list = new ArrayList<>();
    for (Expression expression : expressions) {
      list.add(bind(expression));
    }
    return list;
  }

  private SubqueryBinder subqueries() {
    return new SubqueryBinder(binding, scope, this);
  }

  private BoundExpression column(Expression.ColumnName name) {
    Optional<BoundExpression> alias = names.aliasBefore(name);
    if (alias.isPresent()) {
      return alias.get();
    }
    Optional<BoundExpression.Column> here = scope.findHere(name, clause);
    if (here.isPresent()) {
      return here.get();
    }
    Optional<BoundExpression> late = names.aliasAfter(name);
    if (late.isPresent()) {
      return late.get();
    }
    return scope.resolve(name, clause);
  }

  private BoundExpression parameter(int index) {
    List<SqlType> types = binding.parameterTypes();
    if (index < types.size()) {
      return new BoundExpression.Parameter(index, types.get(index));
    }
    return new BoundExpression.Parameter(
        index, SqlType.varchar(1024, binding.context().connectionCollation()));
  }

  private BoundExpression userVariable(String name) {
    Value value = binding.context().userVariable(name);
    return new BoundExpression.UserVariable(name, Literals.typeOf(value));
  }

  private BoundExpression unary(Expression.Unary unary) {
    return switch (unary.operator()) {
      case PLUS -> bind(unary.operand());
      case MINUS -> negative(unary.operand());
      case INVERT -> call("~", unary.operand());
      case NOT -> call("NOT", unary.operand());
      case BINARY -> call(Functions.cast(SqlType.varbinary(0), false), unary.operand());
    };
  }

  /// A sign before a number belongs to the number, so that the least integer can be written.
  private BoundExpression negative(Expression operand) {
    if (operand instanceof Expression.NumberLiteral literal
        && literal.text().equals("9223372036854775808")) {
      return Constant.of(
          SqlType.integerOfDigits(19, false), io.tidemark.sql.value.IntValue.of(Long.MIN_VALUE));
    }
    return call("NEGATE", operand);
  }

  private BoundExpression binary(Expression.Binary binary) {
    BinaryOperator operator = binary.operator();
    Expression left = binary.left();
    Expression right = binary.right();
    if (right instanceof Expression.Interval interval) {
      if (operator == BinaryOperator.ADD || operator == BinaryOperator.SUBTRACT) {
        return dateArithmetic(operator == BinaryOperator.ADD, left, interval);
      }
    }
    if (left instanceof Expression.Interval interval && operator == BinaryOperator.ADD) {
      return dateArithmetic(true, right, interval);
    }
    if (operator.isComparison() && (isRow(left) || isRow(right))) {
      return new RowComparison(this).compare(operator, left, right);
    }
    return switch (operator) {
      case REGEXP -> call("REGEXP_LIKE", left, right);
      case NOT_REGEXP -> not(call("REGEXP_LIKE", left, right));
      case CONCATENATE -> call("CONCAT", left, right);
      case MODULO -> call("%", left, right);
      case JSON_EXTRACT, JSON_UNQUOTE_EXTRACT ->
          throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "JSON path operators");
      case AND, OR -> connective(operator, binary);
      default -> call(operator.symbol().toUpperCase(java.util.Locale.ROOT), left, right);
    };
  }

  /// A chain of ANDs or ORs as one call.
  private BoundExpression connective(BinaryOperator operator, Expression.Binary binary) {
    List<Expression> parts = new ArrayList<>();
    Expression next = binary;
    while (next instanceof Expression.Binary inner && inner.operator() == operator) {
      parts.addFirst(inner.right());
      next = inner.left();
    }
    parts.addFirst(next);
    return callBound(operator == BinaryOperator.AND ? "AND" : "OR", bindAll(parts));
  }

  private static boolean isRow(Expression expression) {
    return expression instanceof Expression.RowConstructor;
  }

  private BoundExpression dateArithmetic(
      boolean add, Expression date, Expression.Interval interval) {
    return callBound(
        add ? "DATE_ADD" : "DATE_SUB",
        List.of(bind(date), bind(interval.value()), word(interval.unit())));
  }

  private static Constant word(String word) {
    return Literals.string(
        word.getBytes(java.nio.charset.StandardCharsets.US_ASCII), Collations.UTF8MB4_0900_AI_CI);
  }

  private BoundExpression in(Expression.In in) {
    if (isRow(in.left())) {
      BoundExpression rows = new RowComparison(this).in(in.left(), in.list());
      return in.negated() ? not(rows) : rows;
    }
    List<Expression> operands = new ArrayList<>();
    operands.add(in.left());
    operands.addAll(in.list());
    BoundExpression bound = callBound("IN", bindAll(operands));
    return in.negated() ? not(bound) : bound;
  }

  private BoundExpression between(Expression.Between between) {
    BoundExpression bound = call("BETWEEN", between.operand(), between.low(), between.high());
    return between.negated() ? not(bound) : bound;
  }

  private BoundExpression like(Expression.Like like) {
    BoundExpression bound =
        like.escape().isPresent()
            ? call("LIKE", like.operand(), like.pattern(), like.escape())
            : call("LIKE", like.operand(), like.pattern());
    return like.negated() ? not(bound) : bound;
  }

  private BoundExpression is(Expression.Is is) {
    String name =
        switch (is.test()) {
          case NULL, UNKNOWN -> is.negated() ? "IS NOT NULL" : "IS NULL";
          case TRUE -> is.negated() ? "IS NOT TRUE" : "IS TRUE";
          case FALSE -> is.negated() ? "IS NOT FALSE" : "IS FALSE";
        };
    return call(name, is.operand());
  }

  private BoundExpression choice(Expression.Case choice) {
    List<BoundExpression> operands = new ArrayList<>();
    boolean hasOperand = choice.operand().isPresent();
    if (hasOperand) {
      operands.add(bind(choice.operand()));
    }
    for (Expression.When when : choice.whens()) {
      operands.add(bind(when.condition()));
      operands.add(bind(when.result()));
    }
    if (choice.otherwise().isPresent()) {
      operands.add(bind(choice.otherwise()));
    }
    return callBound(hasOperand ? "CASE OPERAND" : "CASE", operands);
  }

  private BoundExpression cast(Expression.Cast cast) {
    SqlType type = CastTypes.of(cast.type(), binding.context());
    return call(Functions.cast(type, cast.type().length() >= 0), cast.operand());
  }

  private BoundExpression collate(Expression.Collate collate) {
    Collation collation =
        Collations.find(collate.collation())
            .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_COLLATION, collate.collation()));
    return call(Functions.collate(collation), collate.operand());
  }

  private BoundExpression function(Expression.FunctionCall call) {
    if (!call.database().isEmpty()) {
      throw new Rejected(
          MySqlError.SP_DOES_NOT_EXIST, "FUNCTION", call.database() + "." + call.name());
    }
    FunctionDefinition definition = Functions.get(call.name(), binding.session().currentDatabase());
    List<BoundExpression> operands = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      switch (argument) {
        case Expression.Keyword keyword -> operands.add(word(keyword.word()));
        case Expression.Interval interval -> {
          operands.add(bind(interval.value()));
          operands.add(word(interval.unit()));
        }
        default -> operands.add(bind(argument));
      }
    }
    return callBound(definition, operands);
  }

  BoundExpression not(BoundExpression operand) {
    return callBound("NOT", List.of(operand));
  }

  private BoundExpression call(String name, Expression... operands) {
    return call(definition(name), operands);
  }

  private BoundExpression call(FunctionDefinition definition, Expression... operands) {
    return callBound(definition, bindAll(List.of(operands)));
  }

  BoundExpression callBound(String name, List<BoundExpression> operands) {
    return callBound(definition(name), operands);
  }

  private static FunctionDefinition definition(String name) {
    return Functions.find(name).orElseThrow(() -> new Rejected(MySqlError.NOT_SUPPORTED_YET, name));
  }

  /// A call; a constant if all operands are and evaluating it needs no warning.
  BoundExpression callBound(FunctionDefinition definition, List<BoundExpression> operands) {
    List<Argument> arguments = operands.stream().map(BoundExpression::argument).toList();
    var function = definition.bind(arguments, binding.context());
    Call call = new Call(definition, function, operands);
    if (definition.traits() == FunctionDefinition.Traits.DETERMINISTIC
        && operands.stream().allMatch(Constant.class::isInstance)) {
      return Folding.fold(call, function, binding.context())
          .map(BoundExpression.class::cast)
          .orElse(call);
    }
    return call;
  }

  /// The text of a constant string, for places that need one.
  static Optional<String> constantText(BoundExpression expression) {
    return expression instanceof Constant constant && constant.value() instanceof StringValue text
        ? Optional.of(text.asString())
        : Optional.empty();
  }
}
