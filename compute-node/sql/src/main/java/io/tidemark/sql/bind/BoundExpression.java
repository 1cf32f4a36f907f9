package io.tidemark.sql.bind;

import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.function.Argument;
import io.tidemark.sql.function.BoundFunction;
import io.tidemark.sql.function.Coercibility;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.FunctionDefinition;
import io.tidemark.sql.function.Operand;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// An expression whose names and types are known, ready to be evaluated. Immutable once the
/// statement is planned.
public abstract sealed class BoundExpression implements Operand<Execution> {
  private final SqlType type;
  private final Coercibility coercibility;

  BoundExpression(SqlType type, Coercibility coercibility) {
    this.type = type;
    this.coercibility = coercibility;
  }

  public final SqlType type() {
    return type;
  }

  public final Coercibility coercibility() {
    return coercibility;
  }

  /// Whether it may give NULL.
  public boolean isNullable() {
    return true;
  }

  /// Hands its direct parts to `visitor`.
  public void forEachChild(Consumer<BoundExpression> visitor) {}

  /// Whether the other expression is written the same way over the same columns, and so gives the
  /// same value for the same row.
  public abstract boolean sameAs(BoundExpression other);

  /// What a function is told of it as an argument.
  public Argument argument() {
    return new Argument(type, coercibility, Optional.empty());
  }

  public final Value evaluate(Execution execution) {
    return evaluate(execution.context(), execution);
  }

  /// Whether it is true, as WHERE asks.
  public final boolean isTrue(Execution execution) {
    Value value = evaluate(execution.context(), execution);
    return !value.isNull() && value.isTrue(execution.context());
  }

  static Coercibility coercibilityOf(SqlType type, Coercibility ofStrings) {
    return type.isString() ? ofStrings : Coercibility.NUMERIC;
  }

  /// A value that is known.
  public static final class Constant extends BoundExpression {
    private final Value value;

    public Constant(SqlType type, Coercibility coercibility, Value value) {
      super(type, coercibility);
      this.value = value;
    }

    public static Constant of(SqlType type, Value value) {
      Argument argument = Argument.literal(type, value);
      return new Constant(type, argument.coercibility(), value);
    }

    public Value value() {
      return value;
    }

    @Override
    public boolean isNullable() {
      return value.isNull();
    }

    @Override
    public Argument argument() {
      return new Argument(type(), coercibility(), Optional.of(value));
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      return value;
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      return other instanceof Constant that
          && that.value.equals(value)
          && that.type().equals(type());
    }
  }

  /// A column of a table in FROM.
  public static final class Column extends BoundExpression {
    private final TableUse table;
    private final int column;
    private final int slot;

    public Column(TableUse table, int column) {
      super(
          table.fields().get(column).type(),
          coercibilityOf(table.fields().get(column).type(), Coercibility.IMPLICIT));
      this.table = table;
      this.column = column;
      this.slot = table.slotOf(column);
    }

    public TableUse table() {
      return table;
    }

    public int column() {
      return column;
    }

    public int slot() {
      return slot;
    }

    public TableUse.Field field() {
      return table.fields().get(column);
    }

    @Override
    public boolean isNullable() {
      return table.isNullable() || field().nullable();
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      return execution.slot(slot);
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      return other instanceof Column that && that.table.equals(table) && that.column == column;
    }

    @Override
    public String toString() {
      String name = table.alias() + "." + field().name();
      return table.database().isEmpty() ? name : table.database() + "." + name;
    }
  }

  /// A value that an operator puts into a slot: an aggregate, or a computed item.
  public static final class Slot extends BoundExpression {
    private final int slot;
    private final boolean nullable;

    public Slot(int slot, SqlType type, Coercibility coercibility, boolean nullable) {
      super(type, coercibility);
      this.slot = slot;
      this.nullable = nullable;
    }

    public int slot() {
      return slot;
    }

    @Override
    public boolean isNullable() {
      return nullable;
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      return execution.slot(slot);
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      return other instanceof Slot that && that.slot == slot;
    }
  }

  /// A `?`, or a literal that the plan cache replaced by one.
  public static final class Parameter extends BoundExpression {
    private final int index;

    public Parameter(int index, SqlType type) {
      super(
          type,
          type.isNull() ? Coercibility.IGNORABLE : coercibilityOf(type, Coercibility.COERCIBLE));
      this.index = index;
    }

    public int index() {
      return index;
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      return execution.parameter(index);
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      return other instanceof Parameter that && that.index == index;
    }
  }

  /// A call of a function or operator.
  public static final class Call extends BoundExpression {
    private final FunctionDefinition definition;
    private final BoundFunction function;
    private final BoundExpression[] operands;

    public Call(
        FunctionDefinition definition, BoundFunction function, List<BoundExpression> operands) {
      super(function.type(), function.coercibility());
      this.definition = definition;
      this.function = function;
      this.operands = operands.toArray(BoundExpression[]::new);
    }

    public String name() {
      return definition.name();
    }

    public FunctionDefinition.Traits traits() {
      return definition.traits();
    }

    public List<BoundExpression> operands() {
      return List.of(operands);
    }

    public BoundExpression operand(int number) {
      return operands[number];
    }

    @Override
    public boolean isNullable() {
      return switch (definition.name()) {
        case "IS NULL",
            "IS NOT NULL",
            "ISNULL",
            "<=>",
            "IS TRUE",
            "IS NOT TRUE",
            "IS FALSE",
            "IS NOT FALSE" ->
            false;
        case "=",
            "<>",
            "<",
            "<=",
            ">",
            ">=",
            "AND",
            "OR",
            "NOT",
            "+",
            "-",
            "*",
            "IN",
            "BETWEEN" -> {
          for (BoundExpression operand : operands) {
            if (operand.isNullable()) {
              yield true;
            }
          }
          yield false;
        }
        default -> true;
      };
    }

    @Override
    public void forEachChild(Consumer<BoundExpression> visitor) {
      for (BoundExpression operand : operands) {
        visitor.accept(operand);
      }
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      return function.evaluate(context, operands, execution);
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      if (!(other instanceof Call that)
          || !that.definition.name().equals(definition.name())
          || that.operands.length != operands.length
          || definition.traits() == FunctionDefinition.Traits.VOLATILE
          || !that.type().equals(type())) {
        return false;
      }
      for (int i = 0; i < operands.length; i++) {
        if (!operands[i].sameAs(that.operands[i])) {
          return false;
        }
      }
      return true;
    }
  }

  /// `@name`.
  public static final class UserVariable extends BoundExpression {
    private final String name;

    public UserVariable(String name, SqlType type) {
      super(type, coercibilityOf(type, Coercibility.IMPLICIT));
      this.name = name;
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      return context.userVariable(name);
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      return other instanceof UserVariable that && that.name.equals(name);
    }
  }

  /// `@name := value`.
  public static final class Assignment extends BoundExpression {
    private final String name;
    private final BoundExpression value;

    public Assignment(String name, BoundExpression value) {
      super(value.type(), value.coercibility());
      this.name = name;
      this.value = value;
    }

    @Override
    public void forEachChild(Consumer<BoundExpression> visitor) {
      visitor.accept(value);
    }

    @Override
    public Value evaluate(EvalContext context, Execution execution) {
      Value result = value.evaluate(context, execution);
      context.setUserVariable(name, result);
      return result;
    }

    @Override
    public boolean sameAs(BoundExpression other) {
      return false;
    }
  }

  /// A subquery in an expression; see [SubqueryExpression].
  public abstract static non-sealed class Nested extends BoundExpression {
    protected Nested(SqlType type, Coercibility coercibility) {
      super(type, coercibility);
    }
  }
}
