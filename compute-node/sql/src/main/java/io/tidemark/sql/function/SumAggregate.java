package io.tidemark.sql.function;

import io.tidemark.sql.function.ArithmeticFunctions.Domain;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;

/// SUM and AVG: decimals for exact arguments, doubles for others; NULL for no rows.
final class SumAggregate extends BoundAggregate {
  /// Digits by which the sum may be longer than its terms.
  private static final int SUM_DIGITS = 22;

  private final Domain domain;
  private final boolean average;
  private final int increment;

  private SumAggregate(SqlType type, Domain domain, boolean average, int increment) {
    super(type, Coercibility.NUMERIC);
    this.domain = domain;
    this.average = average;
    this.increment = increment;
  }

  static BoundAggregate sum(SqlType argument) {
    Domain domain = Aggregates.domainOfSum(argument);
    if (domain == Domain.DOUBLE) {
      return new SumAggregate(ArithmeticFunctions.doubleType(argument, argument), domain, false, 0);
    }
    int scale = ArithmeticFunctions.scale(argument);
    int digits = ArithmeticFunctions.wholeDigits(argument) + scale + SUM_DIGITS;
    return new SumAggregate(SqlType.decimal(digits, scale), domain, false, 0);
  }

  static BoundAggregate average(SqlType argument, int increment) {
    Domain domain = Aggregates.domainOfSum(argument);
    if (domain == Domain.DOUBLE) {
      SqlType sum = ArithmeticFunctions.doubleType(argument, argument);
      int scale = sum.scale() + increment;
      SqlType type =
          scale >= SqlType.UNSPECIFIED_SCALE
              ? SqlType.DOUBLE
              : SqlType.doubleOf(scale + 17, scale, false);
      return new SumAggregate(type, domain, true, increment);
    }
    int scale =
        Math.min(ArithmeticFunctions.scale(argument) + increment, SqlType.MAX_DECIMAL_SCALE);
    int whole = ArithmeticFunctions.wholeDigits(argument);
    return new SumAggregate(SqlType.decimal(whole + scale, scale), domain, true, increment);
  }

  @Override
  public Accumulator newAccumulator() {
    return domain == Domain.DOUBLE ? new Doubles() : new Decimals();
  }

  private final class Doubles implements Accumulator {
    private double sum;
    private long count;

    @Override
    public void add(EvalContext context, Value[] arguments) {
      if (!arguments[0].isNull()) {
        sum += arguments[0].toDouble(context);
        count++;
      }
    }

    @Override
    public Value result(EvalContext context) {
      return count == 0
          ? NullValue.NULL
          : DoubleValue.of(average ? sum / count : sum, type().scale());
    }
  }

  /// Integers are added as long as 64 bits hold their sum, then as decimals.
  private final class Decimals implements Accumulator {
    private long compact;
    private DecimalValue sum = DecimalValue.ZERO;
    private long count;

    @Override
    public void add(EvalContext context, Value[] arguments) {
      Value value = arguments[0];
      if (value.isNull()) {
        return;
      }
      count++;
      if (value instanceof IntValue number && (!number.isUnsigned() || number.value() >= 0)) {
        long next = compact + number.value();
        if (((compact ^ next) & (number.value() ^ next)) >= 0) {
          compact = next;
          return;
        }
      }
      sum = DecimalMath.add(sum, value.toDecimal(context));
    }

    @Override
    public Value result(EvalContext context) {
      if (count == 0) {
        return NullValue.NULL;
      }
      DecimalValue total = compact == 0 ? sum : DecimalMath.add(sum, DecimalValue.of(compact, 0));
      if (!average) {
        return total.scale() == type().scale() ? total : DecimalMath.round(total, type().scale());
      }
      int scale = type().scale() - increment;
      DecimalValue dividend =
          scale >= 0 && total.scale() < scale ? DecimalMath.round(total, scale) : total;
      return DecimalMath.round(
          DecimalMath.divide(dividend, DecimalValue.of(count, 0), increment), type().scale());
    }
  }
}
