package io.tidemark.sql.function;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Locale;

/// The units of INTERVAL, EXTRACT, TIMESTAMPADD and TIMESTAMPDIFF.
enum TemporalUnit {
  MICROSECOND(1),
  SECOND(1),
  MINUTE(1),
  HOUR(1),
  DAY(1),
  WEEK(1),
  MONTH(1),
  QUARTER(1),
  YEAR(1),
  SECOND_MICROSECOND(2),
  MINUTE_MICROSECOND(3),
  MINUTE_SECOND(2),
  HOUR_MICROSECOND(4),
  HOUR_SECOND(3),
  HOUR_MINUTE(2),
  DAY_MICROSECOND(5),
  DAY_SECOND(4),
  DAY_MINUTE(3),
  DAY_HOUR(2),
  YEAR_MONTH(2);

  private final int parts;

  TemporalUnit(int parts) {
    this.parts = parts;
  }

  /// `DAY`, also `SQL_TSI_DAY`.
  static TemporalUnit parse(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    String plain = upper.startsWith("SQL_TSI_") ? upper.substring(8) : upper;
    for (TemporalUnit unit : values()) {
      if (unit.name().equals(plain)) {
        return unit;
      }
    }
    throw new Rejected(MySqlError.PARSE_ERROR, "unknown unit of time", name, 1);
  }

  /// How many numbers a value of a compound unit has.
  int parts() {
    return parts;
  }

  boolean isCompound() {
    return parts > 1;
  }

  /// True if adding it cannot give a date a time of the day.
  boolean isDateOnly() {
    return switch (this) {
      case DAY, WEEK, MONTH, QUARTER, YEAR, YEAR_MONTH -> true;
      default -> false;
    };
  }

  /// True for units counted in months, whose length varies.
  boolean countsMonths() {
    return this == MONTH || this == QUARTER || this == YEAR || this == YEAR_MONTH;
  }

  boolean hasMicroseconds() {
    return this == MICROSECOND
        || this == SECOND_MICROSECOND
        || this == MINUTE_MICROSECOND
        || this == HOUR_MICROSECOND
        || this == DAY_MICROSECOND;
  }

  /// Microseconds of one of the unit; of the smallest part if compound.
  long micros() {
    return switch (this) {
      case MICROSECOND, SECOND_MICROSECOND, MINUTE_MICROSECOND, HOUR_MICROSECOND, DAY_MICROSECOND ->
          1;
      case SECOND, MINUTE_SECOND, HOUR_SECOND, DAY_SECOND -> 1_000_000L;
      case MINUTE, HOUR_MINUTE, DAY_MINUTE -> 60_000_000L;
      case HOUR, DAY_HOUR -> 3_600_000_000L;
      case DAY -> 86_400_000_000L;
      case WEEK -> 7 * 86_400_000_000L;
      case MONTH, QUARTER, YEAR, YEAR_MONTH ->
          throw new IllegalStateException("no fixed length: " + this);
    };
  }
}
