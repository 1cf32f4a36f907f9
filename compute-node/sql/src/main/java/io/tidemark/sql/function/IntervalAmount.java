package io.tidemark.sql.function;

import io.tidemark.sql.value.Calendar;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.DecimalValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.math.BigInteger;

/// The amount of an INTERVAL, in months or in microseconds, and its addition to moments.
///
/// Source: MySQL manual, Temporal Intervals: a value of a compound unit is the numbers in its text;
/// fewer numbers than the unit has are the rightmost ones.
///
/// @param months years, quarters and months
/// @param micros everything else
record IntervalAmount(long months, long micros) {
  /// Beyond this no result is in the calendar.
  private static final long MOST_MONTHS = 200_000;

  private static final BigInteger MOST_MICROS = BigInteger.valueOf(400_000_000_000_000_000L);

  static IntervalAmount of(Value value, TemporalUnit unit, ConversionContext context) {
    if (unit.isCompound()) {
      return ofText(value.asString(), unit);
    }
    if (unit == TemporalUnit.SECOND && !(value instanceof IntValue)) {
      DecimalValue seconds = DecimalMath.round(value.toDecimal(context), 6);
      return new IntervalAmount(0, clamp(seconds.unscaled()));
    }
    long count = wholeNumber(value, context);
    return switch (unit) {
      case YEAR -> new IntervalAmount(clampMonths(count) * 12, 0);
      case QUARTER -> new IntervalAmount(clampMonths(count) * 3, 0);
      case MONTH -> new IntervalAmount(clampMonths(count), 0);
      default ->
          new IntervalAmount(
              0, clamp(BigInteger.valueOf(count).multiply(BigInteger.valueOf(unit.micros()))));
    };
  }

  private static long wholeNumber(Value value, ConversionContext context) {
    return switch (value) {
      case DoubleValue number -> number.toLong(context);
      case FloatValue number -> number.toLong(context);
      default -> value.toLong(context);
    };
  }

  private static long clampMonths(long count) {
    return Math.clamp(count, -MOST_MONTHS, MOST_MONTHS);
  }

  private static long clamp(BigInteger micros) {
    return micros.max(MOST_MICROS.negate()).min(MOST_MICROS).longValue();
  }

  private static IntervalAmount ofText(String text, TemporalUnit unit) {
    long[] numbers = new long[unit.parts()];
    boolean negative = text.strip().startsWith("-");
    int found = 0;
    int lastDigits = 0;
    for (int i = 0; i < text.length() && found < numbers.length; ) {
      if (!isDigit(text.charAt(i))) {
        i++;
        continue;
      }
      long number = 0;
      int start = i;
      for (; i < text.length() && isDigit(text.charAt(i)); i++) {
        number = Math.min(number * 10 + (text.charAt(i) - '0'), 1_000_000_000_000L);
      }
      numbers[found++] = number;
      lastDigits = i - start;
    }
    if (found == numbers.length && unit.hasMicroseconds() && lastDigits < 6) {
      numbers[found - 1] *= DecimalMath.power(6 - lastDigits);
    }
    shiftRight(numbers, found);
    return unit == TemporalUnit.YEAR_MONTH
        ? new IntervalAmount(
            (negative ? -1 : 1) * (clampMonths(numbers[0]) * 12 + clampMonths(numbers[1])), 0)
        : new IntervalAmount(0, (negative ? -1 : 1) * micros(numbers, unit));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void shiftRight(long[] numbers, int found) {
    int gap = numbers.length - found;
    for (int i = numbers.length - 1; i >= 0; i--) {
      numbers[i] = i >= gap ? numbers[i - gap] : 0;
    }
  }

  /// The last number counts the smallest unit, each before it the next larger one.
  private static long micros(long[] numbers, TemporalUnit unit) {
    long[] sizes = {1, 1_000_000L, 60_000_000L, 3_600_000_000L, 86_400_000_000L};
    int smallest = 0;
    while (sizes[smallest] != unit.micros()) {
      smallest++;
    }
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i < numbers.length; i++) {
      long size = sizes[smallest + numbers.length - 1 - i];
      sum = sum.add(BigInteger.valueOf(numbers[i]).multiply(BigInteger.valueOf(size)));
    }
    return clamp(sum);
  }

  IntervalAmount negated() {
    return new IntervalAmount(-months, -micros);
  }

  /// NULL with warning 1441 if the sum is not in the years 0 to 9999.
  Value addTo(DateTimeValue moment, int fsp, ConversionContext context) {
    if (months != 0) {
      long month = moment.year() * 12L + moment.month() - 1 + months;
      if (month < 0 || month >= 120_000) {
        return overflow(context, "datetime");
      }
      int year = (int) (month / 12);
      int inYear = (int) (month % 12) + 1;
      int day = Math.min(moment.day(), Calendar.daysInMonth(year, inYear));
      return DateTimeValue.of(
          year,
          inYear,
          day,
          moment.hour(),
          moment.minute(),
          moment.second(),
          moment.microsecond(),
          fsp);
    }
    long sum = moment.micros() + micros;
    DateTimeValue result = sum < 0 ? DateTimeValue.ZERO : DateTimeValue.ofMicros(sum, fsp);
    return result.date().packed() == 0 ? overflow(context, "datetime") : result;
  }

  /// NULL with warning 1441 beyond the range of TIME.
  Value addTo(TimeValue time, int fsp, ConversionContext context) {
    long sum = time.micros() + micros;
    return Math.abs(sum) > TimeValue.MAX_MICROS
        ? overflow(context, "time")
        : TimeValue.ofMicros(sum, fsp);
  }

  static Value overflow(ConversionContext context, String type) {
    context.warn(MySqlError.DATETIME_FUNCTION_OVERFLOW, type);
    return NullValue.NULL;
  }
}
