package io.tidemark.sql.value;

/// A DATE, packed as `year << 9 | month << 5 | day`; month and day may be 0. The order of the
/// packed numbers is the order of the dates.
///
/// @param packed see above
public record DateValue(int packed) implements TemporalValue {
  public static final DateValue ZERO = new DateValue(0);

  public static DateValue of(int year, int month, int day) {
    return new DateValue(year << 9 | month << 5 | day);
  }

  /// `days` as [Calendar#dayNumber] counts them.
  public static DateValue ofDayNumber(long days) {
    return new DateValue(Calendar.packedDate(days));
  }

  public int year() {
    return packed >>> 9;
  }

  public int month() {
    return packed >>> 5 & 15;
  }

  public int day() {
    return packed & 31;
  }

  /// Days since the year 0 as TO_DAYS counts them.
  public long dayNumber() {
    return Calendar.dayNumber(year(), month(), day());
  }

  @Override
  public long digits() {
    return (year() * 100L + month()) * 100 + day();
  }

  @Override
  public int microsecond() {
    return 0;
  }

  @Override
  public int fsp() {
    return 0;
  }

  @Override
  public boolean isTrue(ConversionContext context) {
    return packed != 0;
  }

  public DateTimeValue atMidnight() {
    return DateTimeValue.of(year(), month(), day(), 0, 0, 0, 0, 0);
  }

  @Override
  public Value toDateTime(ConversionContext context) {
    return atMidnight();
  }

  @Override
  public Value toDate(ConversionContext context) {
    return this;
  }

  @Override
  public Value toTime(ConversionContext context) {
    return TimeValue.ofMicros(0, 0);
  }

  @Override
  public byte[] toBytes() {
    byte[] text = new byte[10];
    TemporalText.putDate(text, 0, year(), month(), day());
    return text;
  }

  @Override
  public String toString() {
    return asString();
  }
}
