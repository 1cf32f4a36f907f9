package io.tidemark.sql.value;

import io.tidemark.sql.variable.SqlMode;

/// Rounds dates and times to fractional digits: half up, or cut under TIME_TRUNCATE_FRACTIONAL.
public final class TemporalRounding {
  private TemporalRounding() {}

  /// The zero value if rounding leaves the calendar.
  public static DateTimeValue round(DateTimeValue moment, int fsp, ConversionContext context) {
    long unit = DecimalMath.power(6 - fsp);
    long rest = moment.microsecond() % unit;
    if (rest == 0) {
      return moment.withFsp(fsp);
    }
    DateTimeValue cut = new DateTimeValue(moment.packed() - rest, fsp);
    if (rest * 2 < unit || context.hasMode(SqlMode.TIME_TRUNCATE_FRACTIONAL)) {
      return cut;
    }
    if (moment.microsecond() - rest + unit < 1_000_000) {
      return new DateTimeValue(cut.packed() + unit, fsp);
    }
    return DateTimeValue.ofMicros(cut.micros() + unit, fsp);
  }

  /// Half away from zero, within the range of TIME.
  public static TimeValue round(TimeValue time, int fsp, ConversionContext context) {
    long unit = DecimalMath.power(6 - fsp);
    long rest = Math.abs(time.micros()) % unit;
    if (rest == 0 && time.fsp() == fsp) {
      return time;
    }
    long magnitude = Math.abs(time.micros()) - rest;
    if (rest * 2 >= unit && rest != 0 && !context.hasMode(SqlMode.TIME_TRUNCATE_FRACTIONAL)) {
      magnitude += unit;
    }
    return TimeValue.limited(time.isNegative() ? -magnitude : magnitude, fsp);
  }
}
