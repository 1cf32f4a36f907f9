package io.tidemark.sql.function;

import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Calendar;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DecimalMath;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.TemporalParser;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.List;
import java.util.Locale;

/// Reads moments by the formats of STR_TO_DATE, in English. Confined to one call.
///
/// Source: MySQL manual, function STR_TO_DATE.
final class TemporalScanner {
  private final String text;
  private int at;
  private int year;
  private int month;
  private int day;
  private int hour;
  private int minute;
  private int second;
  private int microsecond;
  private int dayOfYear;
  private int weekday;
  private int week = -1;
  private char weekLetter = 'U';
  private int weekYear = -1;
  private boolean afternoon;
  private boolean twelveHours;

  private TemporalScanner(String text) {
    this.text = text;
  }

  /// The type that a format gives: what it has letters for.
  static SqlType typeOf(String format) {
    boolean date = false;
    boolean time = false;
    boolean fraction = false;
    for (int i = 0; i + 1 < format.length(); i++) {
      if (format.charAt(i) == '%') {
        char letter = format.charAt(++i);
        fraction |= letter == 'f';
        time |= "fHISThiklprs".indexOf(letter) >= 0;
        date |=
            "MVUXYWabcjmvuxyw".indexOf(letter) >= 0
                || letter == 'd'
                || letter == 'e'
                || letter == 'D';
      }
    }
    int fsp = fraction ? SqlType.MAX_FSP : 0;
    if (time && !date) {
      return SqlType.time(fsp);
    }
    return time ? SqlType.datetime(fsp) : SqlType.DATE;
  }

  /// NULL if the text does not have the format or says no moment; a warning if it goes on after it.
  static Value scan(String text, String format, SqlType type, EvalContext context) {
    TemporalScanner scanner = new TemporalScanner(text);
    if (!scanner.scan(format) || !scanner.resolve()) {
      return NullValue.NULL;
    }
    Value value = scanner.value(type, context);
    if (!value.isNull() && !text.substring(scanner.at).isBlank()) {
      context.warn(
          MySqlError.TRUNCATED_WRONG_VALUE, type.kind().name().toLowerCase(Locale.ROOT), text);
    }
    return value;
  }

  private boolean scan(String format) {
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      skipBlanks();
      if (at == text.length()) {
        return true;
      }
      if (c == '%' && i + 1 < format.length()) {
        if (!scanPart(format.charAt(++i))) {
          return false;
        }
      } else if (!Character.isWhitespace(c)) {
        if (text.charAt(at) != c) {
          return false;
        }
        at++;
      }
    }
    return true;
  }

  private void skipBlanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean scanPart(char letter) {
    switch (letter) {
      case 'Y' -> year = fourDigitYear();
      case 'y' -> year = number(2) + (lastNumber < 70 ? 2000 : 1900);
      case 'm', 'c' -> month = number(2);
      case 'd', 'e' -> day = number(2);
      case 'D' -> {
        day = number(2);
        at = Math.min(text.length(), at + 2);
      }
      case 'M' -> month = name(TemporalFieldFunctions.MONTHS, 0) + 1;
      case 'b' -> month = name(TemporalFieldFunctions.MONTHS, 3) + 1;
      case 'W' -> weekday = name(TemporalFieldFunctions.DAYS, 0) + 1;
      case 'a' -> weekday = name(TemporalFieldFunctions.DAYS, 3) + 1;
      case 'w' -> weekday = (number(1) + 6) % 7 + 1;
      case 'j' -> dayOfYear = number(3);
      case 'U', 'u', 'V', 'v' -> {
        weekLetter = letter;
        week = number(2);
      }
      case 'X', 'x' -> weekYear = number(4);
      default -> {
        return scanTime(letter);
      }
    }
    return lastNumber >= 0;
  }

  private boolean scanTime(char letter) {
    switch (letter) {
      case 'H', 'k' -> hour = number(2);
      case 'h', 'I', 'l' -> {
        hour = number(2);
        twelveHours = true;
        return lastNumber >= 1 && lastNumber <= 12;
      }
      case 'i' -> minute = number(2);
      case 'S', 's' -> second = number(2);
      case 'f' -> {
        int start = at;
        int digits = number(6);
        microsecond = digits * (int) DecimalMath.power(Math.max(0, 6 - (at - start)));
      }
      case 'p' -> {
        String word = text.substring(at, Math.min(text.length(), at + 2)).toUpperCase(Locale.ROOT);
        afternoon = word.equals("PM");
        at += 2;
        return twelveHours && (afternoon || word.equals("AM"));
      }
      case 'T' -> {
        return scan("%H:%i:%S");
      }
      case 'r' -> {
        return scan("%I:%i:%S %p");
      }
      case '.' -> skipWhile(c -> !Character.isLetterOrDigit(c) && !Character.isWhitespace(c));
      case '@' -> skipWhile(Character::isLetter);
      case '#' -> skipWhile(Character::isDigit);
      case '%' -> {
        return at < text.length() && text.charAt(at++) == '%';
      }
      default -> {
        return false;
      }
    }
    return lastNumber >= 0 || letter == '.' || letter == '@' || letter == '#';
  }

  private void skipWhile(java.util.function.IntPredicate skipped) {
    while (at < text.length() && skipped.test(text.charAt(at))) {
      at++;
    }
  }

  /// What [#number] and [#name] read last, -1 for nothing.
  private int lastNumber;

  private int number(int digits) {
    int start = at;
    int number = 0;
    while (at < text.length()
        && at - start < digits
        && text.charAt(at) >= '0'
        && text.charAt(at) <= '9') {
      number = number * 10 + (text.charAt(at++) - '0');
    }
    lastNumber = at == start ? -1 : number;
    return lastNumber;
  }

  private int fourDigitYear() {
    int start = at;
    int number = number(4);
    return at - start == 2 ? number + (number < 70 ? 2000 : 1900) : number;
  }

  /// Index of the name that stands here, of which `letters` count, all if 0.
  private int name(List<String> names, int letters) {
    for (int i = 0; i < names.size(); i++) {
      String name = letters == 0 ? names.get(i) : names.get(i).substring(0, letters);
      if (text.regionMatches(true, at, name, 0, name.length())) {
        at += name.length();
        lastNumber = i;
        return i;
      }
    }
    lastNumber = -1;
    return -1;
  }

  /// Day of the year and week become month and day; hours of the afternoon are added.
  private boolean resolve() {
    if (twelveHours) {
      hour = hour % 12 + (afternoon ? 12 : 0);
    }
    if (dayOfYear > 0) {
      return setDay(Calendar.dayNumber(year, 1, 1) + dayOfYear - 1);
    }
    if (week >= 0 && weekday > 0) {
      return resolveWeek();
    }
    return true;
  }

  private boolean resolveWeek() {
    boolean sundayFirst = weekLetter == 'U' || weekLetter == 'V';
    boolean strict = weekLetter == 'V' || weekLetter == 'v';
    if (week > 53 || strict != weekYear >= 0) {
      return false;
    }
    long days = Calendar.dayNumber(strict ? weekYear : year, 1, 1);
    int first = WeekNumber.weekday(days, sundayFirst);
    long dayNumber;
    if (sundayFirst) {
      dayNumber = days + (first == 0 ? 0 : 7) - first + (week - 1) * 7L + weekday % 7;
    } else {
      dayNumber = days + (first <= 3 ? 0 : 7) - first + (week - 1) * 7L + weekday - 1;
    }
    return setDay(dayNumber);
  }

  private boolean setDay(long dayNumber) {
    DateValue date = DateValue.ofDayNumber(dayNumber);
    year = date.year();
    month = date.month();
    day = date.day();
    return date.packed() != 0;
  }

  private Value value(SqlType type, EvalContext context) {
    boolean clock = hour < 24 && minute < 60 && second < 60;
    boolean date = month <= 12 && day <= 31;
    if (!clock || !date) {
      return NullValue.NULL;
    }
    return switch (type.kind()) {
      case TIME ->
          TimeValue.limited(
              ((hour * 60L + minute) * 60 + second) * 1_000_000 + microsecond, type.scale());
      case DATE, DATETIME -> {
        if (!TemporalParser.isAllowed(year, month, day, context)) {
          yield NullValue.NULL;
        }
        DateTimeValue moment =
            DateTimeValue.of(year, month, day, hour, minute, second, microsecond, type.scale());
        yield type.kind() == TypeKind.DATE ? moment.date() : moment;
      }
      default -> throw new IllegalStateException("STR_TO_DATE to " + type);
    };
  }
}
