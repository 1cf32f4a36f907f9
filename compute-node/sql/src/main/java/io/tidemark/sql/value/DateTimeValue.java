package io.tidemark.sql.value;

/// A DATETIME, or a TIMESTAMP in the session's time zone, and the fractional digits that are shown.
///
/// Packed, from the highest bit: year 14 bits, month 4, day 5, hour 5, minute 6, second 6,
/// microsecond 20. Month and day may be 0. The order of the packed numbers is the order of the
/// values.
///
/// @param packed see above
/// @param fsp 0 to 6
public record DateTimeValue(long packed, int fsp) implements TemporalValue {
  public static final DateTimeValue ZERO = new DateTimeValue(0, 0);

  public static DateTimeValue of(
      int year, int month, int day, int hour, int minute, int second, int microsecond, int fsp) {
    long date = ((long) year << 4 | month) << 5 | day;
    return new DateTimeValue(
        (((date << 5 | hour) << 6 | minute) << 6 | second) << 20 | microsecond, fsp);
  }

  /// A date at a time of the day.
  public static DateTimeValue of(DateValue date, long timeOfDayMicros, int fsp) {
    long seconds = timeOfDayMicros / 1_000_000;
    return of(
        date.year(),
        date.month(),
        date.day(),
        (int) (seconds / 3600),
        (int) (seconds / 60 % 60),
        (int) (seconds % 60),
        (int) (timeOfDayMicros % 1_000_000),
        fsp);
  }

  /// Microseconds since the day 0 of [Calendar#dayNumber].
  public static DateTimeValue ofMicros(long micros, int fsp) {
    long day = Math.floorDiv(micros, TimeValue.DAY_MICROS);
    return of(DateValue.ofDayNumber(day), Math.floorMod(micros, TimeValue.DAY_MICROS), fsp);
  }

  /// Inverse of [#ofMicros].
  public long micros() {
    return date().dayNumber() * TimeValue.DAY_MICROS + timeOfDayMicros();
  }

  public int year() {
    return (int) (packed >>> 46);
  }

  public int month() {
    return (int) (packed >>> 42) & 15;
  }

  public int day() {
    return (int) (packed >>> 37) & 31;
  }

  public int hour() {
    return (int) (packed >>> 32) & 31;
  }

  public int minute() {
    return (int) (packed >>> 26) & 63;
  }

  public int second() {
    return (int) (packed >>> 20) & 63;
  }

  @Override
  public int microsecond() {
    return (int) packed & 0xFFFFF;
  }

  public DateValue date() {
    return new DateValue((int) (packed >>> 37));
  }

  public long timeOfDayMicros() {
    return ((hour() * 60L + minute()) * 60 + second()) * 1_000_000 + microsecond();
  }

  public DateTimeValue withFsp(int other) {
    return other == fsp ? this : new DateTimeValue(packed, other);
  }

  @Override
  public long digits() {
    return date().digits() * 1_000_000 + (hour() * 100L + minute()) * 100 + second();
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return packed != 0;
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return this;
  }

  @Override
  public Value toDate(ConversionContext context) {
    return date();
  }

  @Override
  public Value toTime(ConversionContext context) {
    return TimeValue.ofMicros(timeOfDayMicros(), fsp);
  }

  @Override
  public byte[] toBytes() {
    byte[] text = new byte[19 + (fsp == 0 ? 0 : fsp + 1)];
    TemporalText.putDate(text, 0, year(), month(), day());
    text[10] = ' ';
    TemporalText.putDigits(text, 11, hour(), 2);
    TemporalText.putMinutes(text, 13, minute(), second(), microsecond(), fsp);
    return text;
  }

  @Override
  public String toString() {
    return asString();
  }
}
