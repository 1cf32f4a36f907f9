package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;

/// Variance or standard deviation of a population or a sample, by Welford's method.
final class VarianceAggregate extends BoundAggregate {
  private final boolean sample;
  private final boolean deviation;

  VarianceAggregate(boolean sample, boolean deviation) {
    super(SqlType.DOUBLE, Coercibility.NUMERIC);
    this.sample = sample;
    this.deviation = deviation;
  }

  @Override
  public Accumulator newAccumulator() {
    return new Accumulator() {
      private long count;
      private double mean;
      private double squares;

      @Override
      public void add(EvalContext context, Value[] arguments) {
        if (arguments[0].isNull()) {
          return;
        }
        double number = arguments[0].toDouble(context);
        count++;
        double difference = number - mean;
        mean += difference / count;
        squares += difference * (number - mean);
      }

      @Override
      public Value result(EvalContext context) {
        long divisor = sample ? count - 1 : count;
        if (divisor <= 0) {
          return NullValue.NULL;
        }
        double variance = squares / divisor;
        return DoubleValue.of(deviation ? Math.sqrt(variance) : variance);
      }
    };
  }
}
