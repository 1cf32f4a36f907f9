package io.tidemark.sql.value;

/// The calendar of MySQL: Gregorian back to the year 0, days numbered as TO_DAYS numbers them.
///
/// Day 0 is `0000-00-00`, day 1 is `0000-01-01`; MySQL takes the year 0 for a common year.
public final class Calendar {
  /// TO_DAYS('1970-01-01').
  public static final long EPOCH_DAY_NUMBER = 719_528;

  private static final int[] MONTH_DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  private static final long MAX_DAY_NUMBER = 3_652_424;

  private Calendar() {}

  /// MySQL counts the year 0 as a common year of 365 days.
  public static int daysInYear(int year) {
    return isLeap(year) ? 366 : 365;
  }

  public static boolean isLeap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || (year % 400 == 0 && year != 0));
  }

  /// Days of a month 1 to 12.
  public static int daysInMonth(int year, int month) {
    return month == 2 && isLeap(year) ? 29 : MONTH_DAYS[month - 1];
  }

  /// TO_DAYS: a month or day of 0 counts as the formula gives it.
  public static long dayNumber(int year, int month, int day) {
    if (year == 0 && month == 0) {
      return 0;
    }
    long days = 365L * year + 31L * (month - 1) + day;
    int y = year;
    if (month <= 2) {
      y--;
    } else {
      days -= (month * 4 + 23) / 10;
    }
    int centuries = (y / 100 + 1) * 3 / 4;
    return days + y / 4 - centuries;
  }

  /// The date of a day number, packed as in [DateValue]; 0 outside the years 0 to 9999.
  static int packedDate(long dayNumber) {
    if (dayNumber <= 365 || dayNumber > MAX_DAY_NUMBER) {
      return 0;
    }
    int year = (int) (dayNumber * 100 / 36525);
    long before = (year - 1) / 100 + 1;
    int dayOfYear = (int) (dayNumber - year * 365L) - (year - 1) / 4 + (int) (before * 3 / 4);
    while (dayOfYear > daysInYear(year)) {
      dayOfYear -= daysInYear(year);
      year++;
    }
    int month = 1;
    while (dayOfYear > daysInMonth(year, month)) {
      dayOfYear -= daysInMonth(year, month);
      month++;
    }
    return year << 9 | month << 5 | dayOfYear;
  }

  /// True if a date can be computed with: its month and day are not 0 and exist.
  public static boolean isReal(int year, int month, int day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
  }
}
