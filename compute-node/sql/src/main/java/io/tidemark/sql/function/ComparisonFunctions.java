package io.tidemark.sql.function;

import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `=`, `<=>`, `<>`, `<`, `<=`, `>`, `>=`, BETWEEN, IN.
final class ComparisonFunctions {
  private ComparisonFunctions() {}

  /// What an order of -1, 0 or 1 means to an operator.
  private enum Test {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sign;

    Test(String sign) {
      this.sign = sign;
    }

    boolean holds(int order) {
      return switch (this) {
        case EQUAL -> order == 0;
        case NOT_EQUAL -> order != 0;
        case LESS -> order < 0;
        case LESS_OR_EQUAL -> order <= 0;
        case GREATER -> order > 0;
        case GREATER_OR_EQUAL -> order >= 0;
      };
    }
  }

  static List<FunctionDefinition> all() {
    List<FunctionDefinition> all = new ArrayList<>();
    for (Test test : Test.values()) {
      all.add(
          new FunctionDefinition(
              test.sign,
              2,
              2,
              Traits.DETERMINISTIC,
              (a, c) ->
                  new Compare(ComparisonRules.between(a.get(0), a.get(1), test.sign, c), test)));
    }
    all.add(
        new FunctionDefinition(
            "<=>",
            2,
            2,
            Traits.DETERMINISTIC,
            (a, c) -> new NullSafeEqual(ComparisonRules.between(a.get(0), a.get(1), "<=>", c))));
    all.add(
        new FunctionDefinition("BETWEEN", 3, 3, Traits.DETERMINISTIC, (a, c) -> new Between(a, c)));
    all.add(
        new FunctionDefinition(
            "IN",
            2,
            FunctionDefinition.ANY_NUMBER,
            Traits.DETERMINISTIC,
            (a, c) -> IntegerSet.bind(a).orElseGet(() -> new In(a, c))));
    return all;
  }

  /// The first operand against the second.
  private static final class Compare extends BoundFunction {
    private final ValueComparator comparator;
    private final Optional<Value> left;
    private final Optional<Value> right;
    private final Test test;

    Compare(ComparisonRules.Comparison comparison, Test test) {
      super(SqlType.BOOLEAN);
      this.comparator = comparison.comparator();
      this.left = comparison.left();
      this.right = comparison.right();
      this.test = test;
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value a = left.isPresent() ? left.get() : operands[0].evaluate(context, row);
      if (a.isNull()) {
        return NullValue.NULL;
      }
      Value b = right.isPresent() ? right.get() : operands[1].evaluate(context, row);
      if (b.isNull()) {
        return NullValue.NULL;
      }
      Value x = comparator.prepare(context, a);
      Value y = comparator.prepare(context, b);
      if (x.isNull() || y.isNull()) {
        return NullValue.NULL;
      }
      return IntValue.of(test.holds(comparator.compare(context, x, y)));
    }
  }

  /// NULL equals NULL and nothing else.
  private static final class NullSafeEqual extends BoundFunction {
    private final ComparisonRules.Comparison comparison;

    NullSafeEqual(ComparisonRules.Comparison comparison) {
      super(SqlType.BOOLEAN);
      this.comparison = comparison;
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value a = comparison.left().orElse(NullValue.NULL);
      a = a.isNull() ? operands[0].evaluate(context, row) : a;
      Value b = comparison.right().orElse(NullValue.NULL);
      b = b.isNull() ? operands[1].evaluate(context, row) : b;
      if (a.isNull() || b.isNull()) {
        return IntValue.of(a.isNull() && b.isNull());
      }
      return IntValue.of(comparison.comparator().compare(context, a, b) == 0);
    }
  }

  /// `a BETWEEN low AND high`: `a >= low AND a <= high`.
  private static final class Between extends BoundFunction {
    private final ComparisonRules.Comparison low;
    private final ComparisonRules.Comparison high;

    Between(List<Argument> arguments, BindContext context) {
      super(SqlType.BOOLEAN);
      low = ComparisonRules.between(arguments.get(0), arguments.get(1), "between", context);
      high = ComparisonRules.between(arguments.get(0), arguments.get(2), "between", context);
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value value = operands[0].evaluate(context, row);
      if (value.isNull()) {
        return NullValue.NULL;
      }
      Value from = low.right().isPresent() ? low.right().get() : operands[1].evaluate(context, row);
      Value to = high.right().isPresent() ? high.right().get() : operands[2].evaluate(context, row);
      boolean below =
          !from.isNull() && low.comparator().compare(context, left(low, value), from) < 0;
      boolean above = !to.isNull() && high.comparator().compare(context, left(high, value), to) > 0;
      if (below || above) {
        return IntValue.ZERO;
      }
      return from.isNull() || to.isNull() ? NullValue.NULL : IntValue.ONE;
    }

    private static Value left(ComparisonRules.Comparison comparison, Value value) {
      return comparison.left().isPresent() ? comparison.left().get() : value;
    }
  }

  /// The first operand against each of the others.
  private static final class In extends BoundFunction {
    private final ComparisonRules.Comparison[] comparisons;

    In(List<Argument> arguments, BindContext context) {
      super(SqlType.BOOLEAN);
      comparisons = new ComparisonRules.Comparison[arguments.size() - 1];
      for (int i = 0; i < comparisons.length; i++) {
        comparisons[i] =
            ComparisonRules.between(arguments.get(0), arguments.get(i + 1), " IN ", context);
      }
    }

    @Override
    public <R> Value evaluate(EvalContext context, Operand<R>[] operands, R row) {
      Value value = operands[0].evaluate(context, row);
      if (value.isNull()) {
        return NullValue.NULL;
      }
      boolean sawNull = false;
      for (int i = 0; i < comparisons.length; i++) {
        ComparisonRules.Comparison comparison = comparisons[i];
        Value element =
            comparison.right().isPresent()
                ? comparison.right().get()
                : operands[i + 1].evaluate(context, row);
        if (element.isNull()) {
          sawNull = true;
          continue;
        }
        Value left = comparison.left().isPresent() ? comparison.left().get() : value;
        if (comparison.comparator().compare(context, left, element) == 0) {
          return IntValue.ONE;
        }
      }
      return sawNull ? NullValue.NULL : IntValue.ZERO;
    }
  }
}
