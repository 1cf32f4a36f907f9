package io.tidemark.sql.value;

import io.tidemark.storage.error.MySqlError;
import java.math.BigInteger;

/// Numbers as dates and times: 20240131, 240131102030, 102030.
///
/// Source: MySQL manual, String and Numeric Literals in Date and Time Context.
final class TemporalNumber {
  private static final long MAX_DATETIME = 99_991_231_235_959L;

  private TemporalNumber() {}

  /// A [DateTimeValue] or NULL with a warning. `micros` is the fraction.
  static Value toDateTime(long number, int micros, ConversionContext context) {
    long digits = normalize(number);
    if (digits >= 0 && (digits > 0 || micros == 0)) {
      long date = digits / 1_000_000;
      int time = (int) (digits % 1_000_000);
      int year = (int) (date / 10_000);
      int month = (int) (date / 100 % 100);
      int day = (int) (date % 100);
      int hour = time / 10_000;
      int minute = time / 100 % 100;
      int second = time % 100;
      if (TemporalParser.isValid(year, month, day, context)
          && hour < 24
          && minute < 60
          && second < 60) {
        return DateTimeValue.of(
            year, month, day, hour, minute, second, micros, micros == 0 ? 0 : 6);
      }
    }
    context.warn(MySqlError.INCORRECT_VALUE, "datetime", Long.toString(number));
    return NullValue.NULL;
  }

  /// The fourteen digits that a short number stands for, -1 for no date.
  private static long normalize(long number) {
    if (number == 0 || number >= 10_000_101_000_000L) {
      return number <= MAX_DATETIME ? number : -1;
    }
    if (number < 101) {
      return -1;
    }
    if (number <= 691_231) {
      return (number + 20_000_000) * 1_000_000;
    }
    if (number < 700_101) {
      return -1;
    }
    if (number <= 991_231) {
      return (number + 19_000_000) * 1_000_000;
    }
    if (number < 10_000_101) {
      return -1;
    }
    if (number <= 99_991_231) {
      return number * 1_000_000;
    }
    if (number < 101_000_000) {
      return -1;
    }
    if (number <= 691_231_235_959L) {
      return number + 20_000_000_000_000L;
    }
    if (number < 700_101_000_000L) {
      return -1;
    }
    return number <= 991_231_235_959L ? number + 19_000_000_000_000L : -1;
  }

  /// As [#toDateTime(long, int, ConversionContext)], rounded to microseconds.
  static Value toDateTime(DecimalValue number, ConversionContext context) {
    DecimalValue micros = DecimalMath.round(number, 6);
    BigInteger[] parts = micros.unscaled().divideAndRemainder(BigInteger.valueOf(1_000_000));
    if (number.signum() < 0 || parts[0].bitLength() > 62) {
      context.warn(MySqlError.INCORRECT_VALUE, "datetime", number.asString());
      return NullValue.NULL;
    }
    Value result = toDateTime(parts[0].longValue(), parts[1].intValue(), context);
    int fsp = Math.min(number.displayScale(), 6);
    return result instanceof DateTimeValue value ? value.withFsp(fsp) : result;
  }

  static Value toDateTime(double number, DoubleValue shown, ConversionContext context) {
    if (!(number >= 0 && number < 1e15)) {
      context.warn(MySqlError.INCORRECT_VALUE, "datetime", shown.asString());
      return NullValue.NULL;
    }
    return toDateTime(DecimalValue.ofDouble(number), context);
  }

  /// A [TimeValue] or NULL with a warning: `hhmmss`, or the time of fourteen digits.
  static Value toTime(long number, int micros, ConversionContext context) {
    long magnitude = Math.abs(number);
    if (magnitude > 8_385_959) {
      if (number >= 10_000_000_000L) {
        Value moment = toDateTime(number, micros, context);
        return moment.toTime(context);
      }
      context.warn(MySqlError.INCORRECT_VALUE, "time", Long.toString(number));
      return TimeValue.limited(number < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE, 0);
    }
    int minute = (int) (magnitude / 100 % 100);
    int second = (int) (magnitude % 100);
    if (minute > 59 || second > 59) {
      context.warn(MySqlError.INCORRECT_VALUE, "time", Long.toString(number));
      return NullValue.NULL;
    }
    long total = ((magnitude / 10_000 * 60 + minute) * 60 + second) * 1_000_000 + micros;
    return TimeValue.limited(number < 0 ? -total : total, micros == 0 ? 0 : 6);
  }

  static Value toTime(DecimalValue number, ConversionContext context) {
    DecimalValue rounded = DecimalMath.round(number, 6);
    BigInteger[] parts = rounded.unscaled().abs().divideAndRemainder(BigInteger.valueOf(1_000_000));
    if (parts[0].bitLength() > 62) {
      context.warn(MySqlError.INCORRECT_VALUE, "time", number.asString());
      return TimeValue.limited(number.signum() < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE, 0);
    }
    Value whole = toTime(parts[0].longValue(), parts[1].intValue(), context);
    int fsp = Math.min(number.displayScale(), 6);
    return whole instanceof TimeValue time
        ? TimeValue.ofMicros(number.signum() < 0 ? -time.micros() : time.micros(), fsp)
        : whole;
  }
}
