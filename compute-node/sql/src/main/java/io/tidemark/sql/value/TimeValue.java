package io.tidemark.sql.value;

/// A TIME: microseconds, signed, within 838:59:59.999999, and the fractional digits that are shown.
///
/// @param micros the duration
/// @param fsp 0 to 6
public record TimeValue(long micros, int fsp) implements TemporalValue {
  /// 838:59:59, the largest TIME without fraction.
  public static final long MAX_MICROS = ((838 * 60L + 59) * 60 + 59) * 1_000_000;

  public static final long DAY_MICROS = 86_400_000_000L;

  public TimeValue {
    if (Math.abs(micros) > MAX_MICROS) {
      throw new IllegalArgumentException(
          "time: expected at most " + MAX_MICROS + " us, found " + micros);
    }
  }

  public static TimeValue ofMicros(long micros, int fsp) {
    return new TimeValue(micros, fsp);
  }

  /// A duration limited to the range of TIME.
  public static TimeValue limited(long micros, int fsp) {
    return new TimeValue(Math.clamp(micros, -MAX_MICROS, MAX_MICROS), fsp);
  }

  @Override
  public boolean isNegative() {
    return micros < 0;
  }

  public int hour() {
    return (int) (Math.abs(micros) / 3_600_000_000L);
  }

  public int minute() {
    return (int) (Math.abs(micros) / 60_000_000 % 60);
  }

  public int second() {
    return (int) (Math.abs(micros) / 1_000_000 % 60);
  }

  @Override
  public int microsecond() {
    return (int) (Math.abs(micros) % 1_000_000);
  }

  @Override
  public long digits() {
    long digits = (hour() * 100L + minute()) * 100 + second();
    return micros < 0 ? -digits : digits;
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return micros != 0;
  }

  /// On the day of the statement.
  @Override
  public Value toDateTime(ConversionContext context) {
    return DateTimeValue.ofMicros(context.currentDate().dayNumber() * DAY_MICROS + micros, fsp);
  }

  @Override
  public Value toDate(ConversionContext context) {
    return toDateTime(context).toDate(context);
  }

  @Override
  public Value toTime(ConversionContext context) {
    return this;
  }

  @Override
  public byte[] toBytes() {
    int hourDigits = hour() > 99 ? 3 : 2;
    int sign = micros < 0 ? 1 : 0;
    byte[] text = new byte[sign + hourDigits + 6 + (fsp == 0 ? 0 : fsp + 1)];
    if (sign == 1) {
      text[0] = '-';
    }
    TemporalText.putDigits(text, sign, hour(), hourDigits);
    TemporalText.putMinutes(text, sign + hourDigits, minute(), second(), microsecond(), fsp);
    return text;
  }

  @Override
  public String toString() {
    return asString();
  }
}
