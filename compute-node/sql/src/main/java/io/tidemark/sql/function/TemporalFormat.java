package io.tidemark.sql.function;

import io.tidemark.sql.value.DateTimeValue;
import java.util.Optional;

/// Writes moments by the formats of DATE_FORMAT and TIME_FORMAT, in English.
///
/// Source: MySQL manual, function DATE_FORMAT.
final class TemporalFormat {
  private TemporalFormat() {}

  /// Empty if the format asks for a part that the moment does not have. `hours` may be above 23 for
  /// a time; `timeOnly` means that there is no date.
  static Optional<String> format(
      DateTimeValue moment, int hours, boolean negative, String format, boolean timeOnly) {
    StringBuilder out = new StringBuilder(negative ? "-" : "");
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      char letter = format.charAt(++i);
      if (!appendTime(out, letter, moment, hours) && !appendDate(out, letter, moment, timeOnly)) {
        return Optional.empty();
      }
    }
    return Optional.of(out.toString());
  }

  private static boolean appendTime(
      StringBuilder out, char letter, DateTimeValue moment, int hours) {
    int twelve = (hours % 24 + 11) % 12 + 1;
    switch (letter) {
      case 'f' -> padded(out, moment.microsecond(), 6);
      case 'H' -> padded(out, hours, 2);
      case 'k' -> out.append(hours);
      case 'h', 'I' -> padded(out, twelve, 2);
      case 'l' -> out.append(twelve);
      case 'i' -> padded(out, moment.minute(), 2);
      case 'S', 's' -> padded(out, moment.second(), 2);
      case 'p' -> out.append(hours % 24 < 12 ? "AM" : "PM");
      case 'r' -> {
        padded(out, twelve, 2);
        clock(out, moment);
        out.append(hours % 24 < 12 ? " AM" : " PM");
      }
      case 'T' -> {
        padded(out, hours, 2);
        clock(out, moment);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void clock(StringBuilder out, DateTimeValue moment) {
    out.append(':');
    padded(out, moment.minute(), 2);
    out.append(':');
    padded(out, moment.second(), 2);
  }

  /// False if the part does not exist.
  private static boolean appendDate(
      StringBuilder out, char letter, DateTimeValue moment, boolean timeOnly) {
    switch (letter) {
      case 'Y' -> padded(out, moment.year(), 4);
      case 'y' -> padded(out, moment.year() % 100, 2);
      case 'm' -> padded(out, moment.month(), 2);
      case 'c' -> out.append(moment.month());
      case 'd' -> padded(out, moment.day(), 2);
      case 'e' -> out.append(moment.day());
      case 'D' -> out.append(moment.day()).append(ordinalSuffix(moment.day()));
      case 'M', 'b' -> {
        if (moment.month() == 0) {
          return false;
        }
        String name = TemporalFieldFunctions.MONTHS.get(moment.month() - 1);
        out.append(letter == 'M' ? name : name.substring(0, 3));
      }
      case 'j', 'W', 'a', 'w', 'U', 'u', 'V', 'v', 'X', 'x' -> {
        return appendCalendar(out, letter, moment, timeOnly);
      }
      default -> out.append(letter);
    }
    return true;
  }

  /// Parts that need a day of the calendar.
  private static boolean appendCalendar(
      StringBuilder out, char letter, DateTimeValue moment, boolean timeOnly) {
    boolean zero = moment.month() == 0 && moment.year() == 0;
    if ((timeOnly || zero) && letter != 'j' && letter != 'U' && letter != 'u') {
      return letter == 'V' || letter == 'v' || letter == 'X' || letter == 'x'
          ? appendWeek(out, letter, moment)
          : false;
    }
    int weekday = WeekNumber.weekday(moment.date().dayNumber(), false);
    switch (letter) {
      case 'j' -> padded(out, Math.max(0, (int) TemporalFieldFunctions.dayOfYear(moment)), 3);
      case 'W' -> out.append(TemporalFieldFunctions.DAYS.get(weekday));
      case 'a' -> out.append(TemporalFieldFunctions.DAYS.get(weekday), 0, 3);
      case 'w' -> out.append((weekday + 1) % 7);
      default -> {
        return appendWeek(out, letter, moment);
      }
    }
    return true;
  }

  private static boolean appendWeek(StringBuilder out, char letter, DateTimeValue moment) {
    switch (letter) {
      case 'U' -> padded(out, WeekNumber.of(moment, 0).week(), 2);
      case 'u' -> padded(out, WeekNumber.of(moment, 1).week(), 2);
      case 'V' -> padded(out, WeekNumber.of(moment, 2).week(), 2);
      case 'v' -> padded(out, WeekNumber.of(moment, 3).week(), 2);
      case 'X' -> padded(out, WeekNumber.of(moment, 2).year(), 4);
      default -> padded(out, WeekNumber.of(moment, 3).year(), 4);
    }
    return true;
  }

  private static void padded(StringBuilder out, int number, int digits) {
    String text = Integer.toString(number);
    out.append("0".repeat(Math.max(0, digits - text.length()))).append(text);
  }

  private static String ordinalSuffix(int day) {
    if (day >= 10 && day <= 19) {
      return "th";
    }
    return switch (day % 10) {
      case 1 -> "st";
      case 2 -> "nd";
      case 3 -> "rd";
      default -> "th";
    };
  }
}
