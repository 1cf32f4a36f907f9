package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.MemoryShare;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind.Family;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;

/// The state of one aggregate of one group. NULL arguments are left out by the caller. Confined to
/// the statement's thread.
abstract sealed class Accumulator permits Accumulator.Fixed, Accumulator.Extreme, GroupConcat {
  /// Takes a row's arguments, none of which is NULL. False if the state would outgrow `share`, or
  /// has to see its rows in another order: then they must be kept for [#addLate].
  abstract boolean add(EvalContext context, Value[] arguments, MemoryShare share);

  /// Takes the arguments that [#add] refused, when there are no more; in the order of the
  /// aggregate's sort keys, rows with equal ones in the order they came.
  void addLate(EvalContext context, Value[] arguments) {
    throw new IllegalStateException("aggregate: expected no late rows, found one");
  }

  abstract Value result(EvalContext context);

  static Accumulator of(Aggregate aggregate) {
    SqlType argument =
        aggregate.arguments().isEmpty() ? SqlType.BIGINT : aggregate.arguments().getFirst().type();
    return switch (aggregate.function()) {
      case "COUNT" -> new Count();
      case "SUM" ->
          AggregateTypes.isExact(argument) ? new ExactSum(aggregate, false) : new Sum(false);
      case "AVG" ->
          AggregateTypes.isExact(argument) ? new ExactSum(aggregate, true) : new Sum(true);
      case "MIN" -> new Extreme(argument, -1);
      case "MAX" -> new Extreme(argument, 1);
      case "BIT_AND" -> new Bits(-1L, '&');
      case "BIT_OR" -> new Bits(0, '|');
      case "BIT_XOR" -> new Bits(0, '^');
      case "STD", "STDDEV", "STDDEV_POP" -> new Variance(false, true);
      case "STDDEV_SAMP" -> new Variance(true, true);
      case "VARIANCE", "VAR_POP" -> new Variance(false, false);
      case "VAR_SAMP" -> new Variance(true, false);
      case "GROUP_CONCAT" -> new GroupConcat(aggregate);
      default ->
          throw new IllegalStateException("aggregate: expected a known one, found " + aggregate);
    };
  }

  /// Those whose state is small whatever the arguments are.
  abstract static non-sealed class Fixed extends Accumulator {
    @Override
    final boolean add(EvalContext context, Value[] arguments, MemoryShare share) {
      add(context, arguments);
      return true;
    }

    abstract void add(EvalContext context, Value[] arguments);
  }

  private static final class Count extends Fixed {
    private long count;

    @Override
    void add(EvalContext context, Value[] arguments) {
      count++;
    }

    @Override
    Value result(EvalContext context) {
      return IntValue.of(count);
    }
  }

  /// Sums integers in 64 bits as long as they fit, then as decimals.
  private static final class ExactSum extends Fixed {
    private final boolean average;
    private final int scale;
    private long small;
    private BigDecimal large = BigDecimal.ZERO;
    private long count;

    ExactSum(Aggregate aggregate, boolean average) {
      this.average = average;
      this.scale = aggregate.type().scale();
    }

    @Override
    void add(EvalContext context, Value[] arguments) {
      count++;
      Value value = arguments[0];
      if (value instanceof IntValue number && (!number.isUnsigned() || number.value() >= 0)) {
        long sum = small + number.value();
        if (((small ^ sum) & (number.value() ^ sum)) >= 0) {
          small = sum;
          return;
        }
      }
      large = large.add(value.toDecimal(context).toBigDecimal());
    }

    @Override
    Value result(EvalContext context) {
      if (count == 0) {
        return NullValue.NULL;
      }
      BigDecimal sum = large.add(BigDecimal.valueOf(small));
      if (!average) {
        return DecimalValue.of(sum.setScale(scale, RoundingMode.HALF_UP));
      }
      return DecimalValue.of(sum.divide(BigDecimal.valueOf(count), scale, RoundingMode.HALF_UP));
    }
  }

  private static final class Sum extends Fixed {
    private final boolean average;
    private double sum;
    private long count;

    Sum(boolean average) {
      this.average = average;
    }

    @Override
    void add(EvalContext context, Value[] arguments) {
      sum += arguments[0].toDouble(context);
      count++;
    }

    @Override
    Value result(EvalContext context) {
      return count == 0 ? NullValue.NULL : DoubleValue.of(average ? sum / count : sum);
    }
  }

  /// MIN or MAX. Among equal values the first is kept.
  static final class Extreme extends Accumulator {
    private final ValueComparator comparator;
    private final int sign;
    private Value extreme = NullValue.NULL;
    private boolean isLate;

    Extreme(SqlType type, int sign) {
      this.comparator = ValueComparator.ofType(compared(type));
      this.sign = sign;
    }

    /// ENUM and SET compare as texts here, not as numbers.
    private static SqlType compared(SqlType type) {
      return type.family() == Family.MEMBERS
          ? SqlType.varchar(type.length(), type.collation())
          : type;
    }

    private int compare(EvalContext context, Value value) {
      return extreme.isNull() ? 1 : comparator.compare(context, value, extreme) * sign;
    }

    @Override
    boolean add(EvalContext context, Value[] arguments, MemoryShare share) {
      Value value = arguments[0];
      if (compare(context, value) > 0) {
        if (value instanceof StringValue text) {
          int known = extreme instanceof StringValue old ? old.bytes().length : 0;
          if (!share.tryTake(text.bytes().length - known)) {
            return false;
          }
        }
        extreme = value;
      }
      return true;
    }

    /// A value that had no room was better than all before it, so if a later one only equals it, it
    /// wins.
    @Override
    void addLate(EvalContext context, Value[] arguments) {
      if (compare(context, arguments[0]) >= (isLate ? 1 : 0)) {
        extreme = arguments[0];
        isLate = true;
      }
    }

    @Override
    Value result(EvalContext context) {
      return extreme;
    }
  }

  private static final class Bits extends Fixed {
    private final char operator;
    private long bits;

    Bits(long initial, char operator) {
      this.bits = initial;
      this.operator = operator;
    }

    @Override
    void add(EvalContext context, Value[] arguments) {
      long value = arguments[0].toLong(context);
      switch (operator) {
        case '&' -> bits &= value;
        case '|' -> bits |= value;
        default -> bits ^= value;
      }
    }

    @Override
    Value result(EvalContext context) {
      return IntValue.ofUnsigned(bits);
    }
  }

  /// Welford's method, as in Knuth, The Art of Computer Programming, volume 2, section 4.2.2.
  private static final class Variance extends Fixed {
    private final boolean sample;
    private final boolean root;
    private long count;
    private double mean;
    private double squares;

    Variance(boolean sample, boolean root) {
      this.sample = sample;
      this.root = root;
    }

    @Override
    void add(EvalContext context, Value[] arguments) {
      double value = arguments[0].toDouble(context);
      count++;
      double distance = value - mean;
      mean += distance / count;
      squares += distance * (value - mean);
    }

    @Override
    Value result(EvalContext context) {
      long divisor = sample ? count - 1 : count;
      if (divisor <= 0) {
        return NullValue.NULL;
      }
      double variance = squares / divisor;
      return DoubleValue.of(root ? Math.sqrt(variance) : variance);
    }
  }
}
