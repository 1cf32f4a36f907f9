package io.tidemark.sql.function;

import static io.tidemark.sql.function.Calls.define;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.List;

/// IF, IFNULL, NULLIF, COALESCE, CASE, GREATEST, LEAST, INTERVAL.
///
/// `CASE WHEN c1 THEN r1 .. ELSE e END` is the function `CASE` of (c1, r1, .., [e]); `CASE x WHEN
/// v1 ..` is `CASE OPERAND` of (x, v1, r1, .., [e]).
final class ControlFlowFunctions {
  private ControlFlowFunctions() {}

  static List<FunctionDefinition> all() {
    int any = FunctionDefinition.ANY_NUMBER;
    return List.of(
        define("IF", 3, (a, c) -> new If(a, c)),
        define("IFNULL", 2, (a, c) -> new FirstNotNull(a, "ifnull", c)),
        define("COALESCE", 1, any, (a, c) -> new FirstNotNull(a, "coalesce", c)),
        define("NULLIF", 2, (a, c) -> new NullIf(a, c)),
        define("CASE", 2, any, (a, c) -> new Case(a, c)),
        define("CASE OPERAND", 3, any, (a, c) -> new CaseOperand(a, c)),
        define("GREATEST", 2, any, (a, c) -> new Extreme(a, "greatest", 1, c)),
        define("LEAST", 2, any, (a, c) -> new Extreme(a, "least", -1, c)),
        define("INTERVAL", 2, any, (a, c) -> interval(a)));
  }

  /// Gives one of its arguments, converted to their common type.
  private abstract static class Choice extends BoundFunction {
    Choice(List<Argument> results, String operation, BindContext context) {
      this(results, ResultTypes.common(results, operation, context), operation, context);
    }

    private Choice(List<Argument> results, SqlType common, String operation, BindContext context) {
      super(common, ResultTypes.coercibility(results, common, operation, context));
    }

    final Value converted(EvalContext context, Value value) {
      return ResultTypes.convert(type(), value, context);
    }
  }

  private static final class If extends Choice {
    If(List<Argument> arguments, BindContext context) {
      super(arguments.subList(1, 3), "if", context);
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value condition = operands[0].evaluate(context, row);
      boolean holds = !condition.isNull() && condition.isTrue(context);
      return converted(context, operands[holds ? 1 : 2].evaluate(context, row));
    }
  }

  private static final class FirstNotNull extends Choice {
    FirstNotNull(List<Argument> arguments, String operation, BindContext context) {
      super(arguments, operation, context);
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      for (Operand<R> operand : operands) {
        Value value = operand.evaluate(context, row);
        if (!value.isNull()) {
          return converted(context, value);
        }
      }
      return NullValue.NULL;
    }
  }

  /// The first argument, or NULL if it equals the second.
  private static final class NullIf extends BoundFunction {
    private final ComparisonRules.Comparison comparison;

    NullIf(List<Argument> arguments, BindContext context) {
      super(arguments.get(0).type(), arguments.get(0).coercibility());
      comparison = ComparisonRules.between(arguments.get(0), arguments.get(1), "nullif", context);
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value a = operands[0].evaluate(context, row);
      if (a.isNull()) {
        return a;
      }
      Value left = comparison.left().isPresent() ? comparison.left().get() : a;
      Value b =
          comparison.right().isPresent()
              ? comparison.right().get()
              : operands[1].evaluate(context, row);
      boolean equal = !b.isNull() && comparison.comparator().compare(context, left, b) == 0;
      return equal ? NullValue.NULL : a;
    }
  }

  private static List<Argument> results(List<Argument> arguments, int first) {
    List<Argument> results = new ArrayList<>();
    for (int i = first + 1; i < arguments.size(); i += 2) {
      results.add(arguments.get(i));
    }
    if ((arguments.size() - first) % 2 == 1) {
      results.add(arguments.getLast());
    }
    return results;
  }

  private static final class Case extends Choice {
    Case(List<Argument> arguments, BindContext context) {
      super(results(arguments, 0), "case", context);
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      int i = 0;
      for (; i + 1 < operands.length; i += 2) {
        Value condition = operands[i].evaluate(context, row);
        if (!condition.isNull() && condition.isTrue(context)) {
          return converted(context, operands[i + 1].evaluate(context, row));
        }
      }
      return i < operands.length
          ? converted(context, operands[i].evaluate(context, row))
          : NullValue.NULL;
    }
  }

  private static final class CaseOperand extends Choice {
    private final ComparisonRules.Comparison[] comparisons;

    CaseOperand(List<Argument> arguments, BindContext context) {
      super(results(arguments, 1), "case", context);
      comparisons = new ComparisonRules.Comparison[(arguments.size() - 1) / 2];
      for (int i = 0; i < comparisons.length; i++) {
        comparisons[i] =
            ComparisonRules.between(arguments.get(0), arguments.get(1 + 2 * i), "case", context);
      }
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value operand = operands[0].evaluate(context, row);
      for (int i = 0; i < comparisons.length && !operand.isNull(); i++) {
        ComparisonRules.Comparison comparison = comparisons[i];
        Value left = comparison.left().isPresent() ? comparison.left().get() : operand;
        Value right =
            comparison.right().isPresent()
                ? comparison.right().get()
                : operands[1 + 2 * i].evaluate(context, row);
        if (!right.isNull() && comparison.comparator().compare(context, left, right) == 0) {
          return converted(context, operands[2 + 2 * i].evaluate(context, row));
        }
      }
      return operands.length % 2 == 0
          ? converted(context, operands[operands.length - 1].evaluate(context, row))
          : NullValue.NULL;
    }
  }

  /// GREATEST or LEAST; NULL if an argument is.
  private static final class Extreme extends Choice {
    private final int sign;
    private final ValueComparator comparator;

    Extreme(List<Argument> arguments, String operation, int sign, BindContext context) {
      super(arguments, operation, context);
      this.sign = sign;
      this.comparator = ValueComparator.ofType(type());
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value best = NullValue.NULL;
      for (Operand<R> operand : operands) {
        Value value = converted(context, operand.evaluate(context, row));
        if (value.isNull()) {
          return value;
        }
        if (best.isNull() || comparator.compare(context, value, best) * sign > 0) {
          best = value;
        }
      }
      return best;
    }
  }

  /// INTERVAL(n, a, b, ..): how many of the ascending a, b, .. are at most n; -1 if n is NULL.
  private static BoundFunction interval(List<Argument> arguments) {
    return Calls.lenient(
        SqlType.integerOfDigits(2, false),
        Coercibility.NUMERIC,
        (c, a) -> {
          if (a[0].isNull()) {
            return IntValue.of(-1);
          }
          int count = 0;
          double number = a[0].toDouble(c);
          for (int i = 1;
              i < arguments.size() && !(a[i].isNull() ? false : a[i].toDouble(c) > number);
              i++) {
            count++;
          }
          return IntValue.of(count);
        });
  }
}
