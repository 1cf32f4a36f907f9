package io.tidemark.sql.function;

import io.tidemark.sql.value.Calendar;
import io.tidemark.sql.value.DateTimeValue;

/// Weeks of the year in MySQL's eight modes.
///
/// Source: MySQL manual, function WEEK(). Mode bit 1: weeks start on Monday; bit 2: range 1 to 53,
/// else 0 to 53; bit 4 (inverted for weeks from Sunday): week 1 is the first that starts in the
/// year, else the first with four days.
///
/// @param year the year that the week belongs to
/// @param week its number
record WeekNumber(int year, int week) {
  private static final int MONDAY_FIRST = 1;
  private static final int WEEK_YEAR = 2;
  private static final int FIRST_WEEKDAY = 4;

  static WeekNumber of(DateTimeValue date, int mode) {
    int flags = mode & 7;
    if ((flags & MONDAY_FIRST) == 0) {
      flags ^= FIRST_WEEKDAY;
    }
    return compute(date, flags);
  }

  private static WeekNumber compute(DateTimeValue date, int flags) {
    long day = Calendar.dayNumber(date.year(), date.month(), date.day());
    long firstDay = Calendar.dayNumber(date.year(), 1, 1);
    boolean weekYear = (flags & WEEK_YEAR) != 0;
    boolean firstWeekday = (flags & FIRST_WEEKDAY) != 0;
    int weekday = weekday(firstDay, (flags & MONDAY_FIRST) == 0);
    int year = date.year();
    if (date.month() == 1 && date.day() <= 7 - weekday) {
      if (!weekYear && startsLater(weekday, firstWeekday)) {
        return new WeekNumber(year, 0);
      }
      weekYear = true;
      year--;
      int days = Calendar.daysInYear(year);
      firstDay -= days;
      weekday = (weekday + 53 * 7 - days) % 7;
    }
    long days =
        startsLater(weekday, firstWeekday)
            ? day - (firstDay + (7 - weekday))
            : day - (firstDay - weekday);
    if (weekYear && days >= 52 * 7) {
      weekday = (weekday + Calendar.daysInYear(year)) % 7;
      if (!startsLater(weekday, firstWeekday)) {
        return new WeekNumber(year + 1, 1);
      }
    }
    return new WeekNumber(year, (int) (days / 7) + 1);
  }

  /// True if the week of January 1 belongs to the year before.
  private static boolean startsLater(int weekday, boolean firstWeekday) {
    return firstWeekday ? weekday != 0 : weekday >= 4;
  }

  /// 0 for Monday, or for Sunday if that is first.
  static int weekday(long dayNumber, boolean sundayFirst) {
    return (int) ((dayNumber + 5 + (sundayFirst ? 1 : 0)) % 7);
  }
}
