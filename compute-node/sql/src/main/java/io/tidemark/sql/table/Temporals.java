package io.tidemark.sql.table;

import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Calendar;
import io.tidemark.sql.value.DateValue;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// The packed forms of temporal values in rows, keys and [ColumnReader#getLong].
///
/// | kind | packed | stored |
/// | --- | --- | --- |
/// | DATE | year * 512 + month * 32 + day | the same, 3 bytes |
/// | DATETIME | year 14 bits, month 4, day 5, hour 5, minute 6, second 6, microsecond 20 | the same, 8 bytes |
/// | TIMESTAMP | microseconds since 1970 in UTC; 0 is the zero date | the same, 8 bytes |
/// | TIME | signed microseconds | plus 2^47, 6 bytes |
///
/// Zero dates and dates with month or day 0 have a packed form like any other; the order of packed
/// forms is the order of values.
public final class Temporals {
  private static final long TIME_BIAS = 1L << 47;
  private static final int MICROSECOND_BITS = 20;
  public static final long MICROS_PER_SECOND = 1_000_000;

  private Temporals() {}

  static long toStored(TypeKind kind, long packed) {
    return kind == TypeKind.TIME ? packed + TIME_BIAS : packed;
  }

  static long ofStored(TypeKind kind, long stored) {
    return kind == TypeKind.TIME ? stored - TIME_BIAS : stored;
  }

  public static long packDate(int year, int month, int day) {
    return (long) year << 9 | (long) month << 5 | day;
  }

  public static int dateYear(long date) {
    return (int) (date >>> 9);
  }

  public static int dateMonth(long date) {
    return (int) (date >>> 5) & 15;
  }

  public static int dateDay(long date) {
    return (int) date & 31;
  }

  public static long packDateTime(
      int year, int month, int day, int hour, int minute, int second, int microsecond) {
    long time = (long) hour << 12 | (long) minute << 6 | second;
    return (packDate(year, month, day) << 17 | time) << MICROSECOND_BITS | microsecond;
  }

  /// The packed DATE in a packed DATETIME.
  public static long dateOf(long dateTime) {
    return dateTime >>> (17 + MICROSECOND_BITS);
  }

  public static int hour(long dateTime) {
    return (int) (dateTime >>> (12 + MICROSECOND_BITS)) & 31;
  }

  public static int minute(long dateTime) {
    return (int) (dateTime >>> (6 + MICROSECOND_BITS)) & 63;
  }

  public static int second(long dateTime) {
    return (int) (dateTime >>> MICROSECOND_BITS) & 63;
  }

  public static int microsecond(long dateTime) {
    return (int) dateTime & ((1 << MICROSECOND_BITS) - 1);
  }

  /// The packed DATETIME in a session's time zone of a packed TIMESTAMP.
  static long timestampToLocal(long timestamp, ZoneId zone) {
    if (timestamp == 0) {
      return 0;
    }
    long second = Math.floorDiv(timestamp, MICROS_PER_SECOND);
    long local = second + offsetSeconds(zone, second);
    return ofLocalSeconds(local, (int) Math.floorMod(timestamp, MICROS_PER_SECOND));
  }

  /// The packed TIMESTAMP of a packed DATETIME in a session's time zone. A time that the zone's
  /// clocks skip is moved behind the gap; of two, the first is meant.
  public static long localToTimestamp(long dateTime, ZoneId zone) {
    long date = dateOf(dateTime);
    if (dateMonth(date) == 0 || dateDay(date) == 0) {
      return 0;
    }
    long seconds =
        (Calendar.dayNumber(dateYear(date), dateMonth(date), dateDay(date))
                    - Calendar.EPOCH_DAY_NUMBER)
                * 86_400
            + hour(dateTime) * 3600L
            + minute(dateTime) * 60L
            + second(dateTime);
    int offset;
    if (zone instanceof ZoneOffset fixed) {
      offset = fixed.getTotalSeconds();
    } else {
      offset =
          zone.getRules()
              .getOffset(LocalDateTime.ofEpochSecond(seconds, 0, ZoneOffset.UTC))
              .getTotalSeconds();
    }
    return (seconds - offset) * MICROS_PER_SECOND + microsecond(dateTime);
  }

  private static int offsetSeconds(ZoneId zone, long epochSecond) {
    if (zone instanceof ZoneOffset fixed) {
      return fixed.getTotalSeconds();
    }
    return zone.getRules().getOffset(Instant.ofEpochSecond(epochSecond)).getTotalSeconds();
  }

  /// The packed DATETIME that lies this many seconds after 1970-01-01 00:00:00 by the calendar.
  public static long ofLocalSeconds(long seconds, int microsecond) {
    long day = Math.floorDiv(seconds, 86_400L) + Calendar.EPOCH_DAY_NUMBER;
    int secondOfDay = (int) Math.floorMod(seconds, 86_400L);
    int date = DateValue.ofDayNumber(day).packed();
    int year = dateYear(date);
    int month = dateMonth(date);
    return packDateTime(
        year,
        month,
        dateDay(date),
        secondOfDay / 3600,
        secondOfDay / 60 % 60,
        secondOfDay % 60,
        microsecond);
  }
}
