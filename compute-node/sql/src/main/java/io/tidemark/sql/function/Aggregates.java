package io.tidemark.sql.function;

import io.tidemark.sql.function.ArithmeticFunctions.Domain;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongBinaryOperator;

/// All aggregate functions by name: COUNT, SUM, AVG, MIN, MAX, GROUP_CONCAT, BIT_AND, BIT_OR,
/// BIT_XOR, the deviations and variances, ANY_VALUE. `COUNT(*)` is COUNT without arguments.
///
/// Source: MySQL manual, Aggregate Function Descriptions.
public final class Aggregates {
  private static final Map<String, AggregateDefinition> BY_NAME = new HashMap<>();

  static {
    List<AggregateDefinition> all = new ArrayList<>();
    all.add(new AggregateDefinition("COUNT", 0, Integer.MAX_VALUE, true, (a, c) -> new Count()));
    all.add(
        new AggregateDefinition(
            "SUM", 1, 1, true, (a, c) -> SumAggregate.sum(a.getFirst().type())));
    all.add(
        new AggregateDefinition(
            "AVG",
            1,
            1,
            true,
            (a, c) -> SumAggregate.average(a.getFirst().type(), c.divisionPrecisionIncrement())));
    all.add(new AggregateDefinition("MIN", 1, 1, true, (a, c) -> new Extreme(a.getFirst(), -1)));
    all.add(new AggregateDefinition("MAX", 1, 1, true, (a, c) -> new Extreme(a.getFirst(), 1)));
    all.add(
        new AggregateDefinition("ANY_VALUE", 1, 1, false, (a, c) -> new AnyValue(a.getFirst())));
    all.add(
        new AggregateDefinition(
            "GROUP_CONCAT",
            1,
            Integer.MAX_VALUE,
            true,
            (a, c) -> new GroupConcat(a, List.of(), List.of(), StringValue.of(","), c)));
    all.add(bits("BIT_AND", -1L, (x, y) -> x & y));
    all.add(bits("BIT_OR", 0, (x, y) -> x | y));
    all.add(bits("BIT_XOR", 0, (x, y) -> x ^ y));
    for (String name : List.of("STD", "STDDEV", "STDDEV_POP")) {
      all.add(
          new AggregateDefinition(name, 1, 1, false, (a, c) -> new VarianceAggregate(false, true)));
    }
    all.add(
        new AggregateDefinition(
            "STDDEV_SAMP", 1, 1, false, (a, c) -> new VarianceAggregate(true, true)));
    for (String name : List.of("VARIANCE", "VAR_POP")) {
      all.add(
          new AggregateDefinition(
              name, 1, 1, false, (a, c) -> new VarianceAggregate(false, false)));
    }
    all.add(
        new AggregateDefinition(
            "VAR_SAMP", 1, 1, false, (a, c) -> new VarianceAggregate(true, false)));
    all.forEach(definition -> BY_NAME.put(definition.name(), definition));
  }

  private Aggregates() {}

  public static Optional<AggregateDefinition> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toUpperCase(Locale.ROOT)));
  }

  /// GROUP_CONCAT([DISTINCT] arguments ORDER BY keys SEPARATOR separator). Rows come to the
  /// accumulator as the arguments followed by the keys; `descending` says so of each key.
  public static BoundAggregate groupConcat(
      List<Argument> arguments,
      boolean distinct,
      List<Argument> keys,
      List<Boolean> descending,
      StringValue separator,
      BindContext context) {
    BoundAggregate concat = new GroupConcat(arguments, keys, descending, separator, context);
    return distinct ? new DistinctAggregate(concat, arguments) : concat;
  }

  private static AggregateDefinition bits(String name, long start, LongBinaryOperator operator) {
    return new AggregateDefinition(name, 1, 1, false, (a, c) -> new Bits(start, operator));
  }

  /// Rows without NULL among the arguments.
  private static final class Count extends BoundAggregate {
    Count() {
      super(SqlType.BIGINT, Coercibility.NUMERIC);
    }

    @Override
    public Accumulator newAccumulator() {
      return new Accumulator() {
        private long count;

        @Override
        public void add(EvalContext context, Value[] arguments) {
          for (Value argument : arguments) {
            if (argument.isNull()) {
              return;
            }
          }
          count++;
        }

        @Override
        public Value result(EvalContext context) {
          return IntValue.of(count);
        }
      };
    }
  }

  /// MIN or MAX: of the argument's type.
  private static final class Extreme extends BoundAggregate {
    private final int sign;
    private final ValueComparator comparator;

    Extreme(Argument argument, int sign) {
      super(typeOf(argument.type()), argument.coercibility());
      this.sign = sign;
      this.comparator = ValueComparator.ofType(type());
    }

    /// ENUM and SET compare as texts here.
    private static SqlType typeOf(SqlType type) {
      return type.family() == Family.MEMBERS
          ? SqlType.character(type.length(), type.collation())
          : type;
    }

    @Override
    public Accumulator newAccumulator() {
      return new Accumulator() {
        private Value best = NullValue.NULL;

        @Override
        public void add(EvalContext context, Value[] arguments) {
          Value value = arguments[0];
          if (value.isNull()) {
            return;
          }
          if (best.isNull() || comparator.compare(context, value, best) * sign > 0) {
            best = value;
          }
        }

        @Override
        public Value result(EvalContext context) {
          return best;
        }
      };
    }
  }

  /// The first value.
  private static final class AnyValue extends BoundAggregate {
    AnyValue(Argument argument) {
      super(argument.type(), argument.coercibility());
    }

    @Override
    public Accumulator newAccumulator() {
      return new Accumulator() {
        private Value first = NullValue.NULL;
        private boolean found;

        @Override
        public void add(EvalContext context, Value[] arguments) {
          if (!found) {
            first = arguments[0];
            found = true;
          }
        }

        @Override
        public Value result(EvalContext context) {
          return first;
        }
      };
    }
  }

  /// On 64 unsigned bits; never NULL.
  private static final class Bits extends BoundAggregate {
    private final long start;
    private final LongBinaryOperator operator;

    Bits(long start, LongBinaryOperator operator) {
      super(SqlType.BIGINT_UNSIGNED, Coercibility.NUMERIC);
      this.start = start;
      this.operator = operator;
    }

    @Override
    public Accumulator newAccumulator() {
      return new Accumulator() {
        private long bits = start;

        @Override
        public void add(EvalContext context, Value[] arguments) {
          if (!arguments[0].isNull()) {
            bits = operator.applyAsLong(bits, arguments[0].toLong(context));
          }
        }

        @Override
        public Value result(EvalContext context) {
          return IntValue.ofUnsigned(bits);
        }
      };
    }
  }

  static Domain domainOfSum(SqlType type) {
    Domain domain = ArithmeticFunctions.domain(type);
    return domain == Domain.INTEGER ? Domain.DECIMAL : domain;
  }
}
