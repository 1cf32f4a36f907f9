package io.tidemark.sql.value;

import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;

/// Reads dates and times out of strings with MySQL's leniency: any punctuation between the parts,
/// digits without punctuation, two-digit years, `T` or blanks before the time.
///
/// Source: MySQL manual, Date and Time Literals. Month and day may be 0 here; whoever must not have
/// that asks [Calendar#isReal] or [#isAllowed].
public final class TemporalParser {
  private static final int PARTS = 7;

  private final byte[] text;
  private final int end;
  private int at;
  private final int[] parts = new int[PARTS];
  private int found;
  private int fractionDigits;
  private boolean roundUp;
  private boolean cut;

  /// The date and the time are told apart by blanks or a `T`, or all is digits.
  private boolean clearlyBoth;

  private TemporalParser(byte[] text) {
    this.text = text;
    int last = text.length;
    while (last > 0 && NumberParser.isBlank(text[last - 1])) {
      last--;
    }
    this.end = last;
    while (at < end && NumberParser.isBlank(text[at])) {
      at++;
    }
  }

  static Value toDateTime(StringValue value, ConversionContext context) {
    return parse(value, context, "datetime");
  }

  static Value toDate(StringValue value, ConversionContext context) {
    Value moment = parse(value, context, "datetime");
    return moment instanceof DateTimeValue dateTime ? dateTime.date() : moment;
  }

  private static Value parse(StringValue value, ConversionContext context, String typeName) {
    TemporalParser parser = new TemporalParser(value.bytes());
    Value result = parser.readDateTime(context);
    if (result.isNull() || parser.cut) {
      context.warn(
          result.isNull() ? MySqlError.INCORRECT_VALUE : MySqlError.TRUNCATED_WRONG_VALUE,
          typeName,
          NumberParser.forMessage(value));
    }
    return result;
  }

  /// A [DateValue] if a string holds only a date, otherwise what [Value#toDateTime] gives.
  public static Value parse(Value value, ConversionContext context) {
    if (!(value instanceof StringValue text)) {
      boolean dateOnly =
          value instanceof IntValue number && number.value() >= 0 && number.value() < 100_000_000;
      return dateOnly ? value.toDate(context) : value.toDateTime(context);
    }
    TemporalParser parser = new TemporalParser(text.bytes());
    Value result = parser.readDateTime(context);
    if (result.isNull() || parser.cut) {
      context.warn(
          result.isNull() ? MySqlError.INCORRECT_VALUE : MySqlError.TRUNCATED_WRONG_VALUE,
          "datetime",
          NumberParser.forMessage(text));
    }
    return parser.found <= 3 ? result.toDate(context) : result;
  }

  /// A [TimeValue], or a [DateTimeValue] if the value says a date as well; NULL with a warning
  /// otherwise.
  public static Value parseTimeOrMoment(Value value, ConversionContext context) {
    if (!(value instanceof StringValue text)) {
      return value.toTime(context);
    }
    TemporalParser parser = new TemporalParser(text.bytes());
    if (parser.end - parser.at >= 12) {
      Value moment = parser.readDateTime(context);
      if (moment instanceof DateTimeValue && parser.found > 3 && parser.clearlyBoth) {
        if (parser.cut) {
          context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "datetime", NumberParser.forMessage(text));
        }
        return moment;
      }
    }
    return toTime(text, context);
  }

  /// A date and time without any warning: NULL if the text is not one, or only begins with one.
  public static Value parseExactly(StringValue value, ConversionContext context) {
    TemporalParser parser = new TemporalParser(value.bytes());
    Value result = parser.readDateTime(context);
    return parser.cut ? NullValue.NULL : result;
  }

  /// Answers `cut` and the value without warning, for stores that have messages of their own.
  static Value parseForStore(StringValue value, ConversionContext context, boolean[] wasCut) {
    TemporalParser parser = new TemporalParser(value.bytes());
    Value result = parser.readDateTime(context);
    wasCut[0] = parser.cut;
    return result;
  }

  /// Whether day and month exist, or are 0; ALLOW_INVALID_DATES lets every month have 31 days.
  static boolean isValid(int year, int month, int day, ConversionContext context) {
    if (year > 9999 || month > 12 || day > 31) {
      return false;
    }
    return month == 0
        || day == 0
        || context.hasMode(SqlMode.ALLOW_INVALID_DATES)
        || day <= Calendar.daysInMonth(year, month);
  }

  /// Whether the SQL mode lets a date with zeros be.
  public static boolean isAllowed(int year, int month, int day, ConversionContext context) {
    if (month != 0 && day != 0) {
      return true;
    }
    return year == 0 && month == 0 && day == 0
        ? !context.hasMode(SqlMode.NO_ZERO_DATE)
        : !context.hasMode(SqlMode.NO_ZERO_IN_DATE);
  }

  private Value readDateTime(ConversionContext context) {
    if (at >= end || !isDigit(at)) {
      return NullValue.NULL;
    }
    int run = at;
    while (run < end && isDigit(run)) {
      run++;
    }
    int digits = run - at;
    boolean compact =
        run == end || text[run] == '.' && digits >= 8 || text[run] == 'T' && digits >= 6;
    int yearDigits;
    if (compact) {
      yearDigits = digits == 4 || digits == 8 || digits >= 14 ? 4 : 2;
      readCompact(yearDigits);
      clearlyBoth = found > 3;
    } else {
      yearDigits = digits;
      readDelimited();
    }
    if (found < 3) {
      return NullValue.NULL;
    }
    int year = parts[0];
    boolean allZero = parts[1] == 0 && parts[2] == 0 && year == 0;
    if (yearDigits == 2 && !allZero) {
      year += year < 70 ? 2000 : 1900;
    }
    if (!isValid(year, parts[1], parts[2], context)
        || parts[3] > 23
        || parts[4] > 59
        || parts[5] > 59) {
      return NullValue.NULL;
    }
    DateTimeValue value =
        DateTimeValue.of(
            year,
            parts[1],
            parts[2],
            parts[3],
            parts[4],
            parts[5],
            parts[6],
            Math.min(6, fractionDigits));
    return roundUp ? roundedUp(value) : value;
  }

  private static Value roundedUp(DateTimeValue value) {
    if (!Calendar.isReal(value.year(), value.month(), value.day())) {
      return value;
    }
    DateTimeValue next = DateTimeValue.ofMicros(value.micros() + 1, value.fsp());
    return next.year() == 0 ? NullValue.NULL : next;
  }

  private boolean isDigit(int i) {
    return text[i] >= '0' && text[i] <= '9';
  }

  /// `YYYYMMDDhhmmss`, `YYMMDD`, `YYYYMMDDThhmmss`, with a fraction after all six parts.
  private void readCompact(int yearDigits) {
    int length = yearDigits;
    while (found < 6 && at < end && isDigit(at)) {
      parts[found++] = readNumber(length);
      length = 2;
      if (found == 3 && at < end && text[at] == 'T') {
        at++;
      }
    }
    if (found == 6) {
      readFraction();
    }
    cut = at < end;
  }

  private void readDelimited() {
    while (found < 6 && at < end && isDigit(at)) {
      int start = at;
      parts[found++] = readNumber(found == 1 ? 4 : 2);
      if (found == 1 && at - start == 3 || at == end) {
        break;
      }
      if (found == 6) {
        break;
      }
      if (found == 3) {
        if (!skipToTime()) {
          break;
        }
      } else if (!skipPunctuation()) {
        break;
      }
    }
    if (found == 6) {
      readFraction();
    }
    cut = at < end;
  }

  /// `T`, blanks or punctuation between date and time.
  private boolean skipToTime() {
    int start = at;
    if (text[at] == 'T' && at + 1 < end && isDigit(at + 1)) {
      at++;
      clearlyBoth = true;
      return true;
    }
    clearlyBoth = NumberParser.isBlank(text[at]);
    while (at < end && (NumberParser.isBlank(text[at]) || isPunctuation(text[at]))) {
      at++;
    }
    if (at == end || !isDigit(at)) {
      at = start;
      return false;
    }
    return at > start;
  }

  private boolean skipPunctuation() {
    int start = at;
    while (at < end && isPunctuation(text[at])) {
      at++;
    }
    if (at == start || at == end || !isDigit(at)) {
      at = start;
      return false;
    }
    return true;
  }

  private static boolean isPunctuation(byte b) {
    return (b >= '!' && b <= '/')
        || (b >= ':' && b <= '@')
        || (b >= '[' && b <= '`')
        || (b >= '{' && b <= '~');
  }

  private int readNumber(int maxDigits) {
    int number = 0;
    for (int i = 0; i < maxDigits && at < end && isDigit(at); i++) {
      number = number * 10 + (text[at++] - '0');
    }
    return number;
  }

  /// Six digits count, the seventh rounds.
  private void readFraction() {
    if (at >= end || text[at] != '.') {
      return;
    }
    at++;
    int micros = 0;
    int digits = 0;
    for (; at < end && isDigit(at); at++, digits++) {
      if (digits < 6) {
        micros = micros * 10 + (text[at] - '0');
      } else if (digits == 6) {
        roundUp = text[at] >= '5';
      }
    }
    for (int i = digits; i < 6; i++) {
      micros *= 10;
    }
    fractionDigits = digits;
    parts[6] = micros;
  }

  static Value toTime(StringValue value, ConversionContext context) {
    boolean[] wasCut = new boolean[1];
    Value result = parseTime(value, context, wasCut);
    if (result.isNull() || wasCut[0]) {
      context.warn(MySqlError.TRUNCATED_WRONG_VALUE, "time", NumberParser.forMessage(value));
    }
    return result;
  }

  /// NULL if the text is no time at all; `wasCut[0]` if only its beginning is one or it was limited
  /// to the range.
  static Value parseTime(StringValue value, ConversionContext context, boolean[] wasCut) {
    TemporalParser parser = new TemporalParser(value.bytes());
    if (parser.end - parser.at >= 12) {
      TemporalParser whole = new TemporalParser(value.bytes());
      Value moment = whole.readDateTime(context);
      if (moment instanceof DateTimeValue && whole.found > 3 && whole.clearlyBoth) {
        wasCut[0] = whole.cut;
        return moment.toTime(context);
      }
    }
    return parser.readTime(wasCut);
  }

  /// `[-][D ]hh:mm:ss[.fraction]`, `[-]hh:mm`, `[-]hhmmss`, `[-]ss`.
  private Value readTime(boolean[] wasCut) {
    boolean negative = at < end && text[at] == '-';
    if (negative) {
      at++;
    }
    if (at >= end || !(isDigit(at) || text[at] == '.')) {
      return NullValue.NULL;
    }
    long first = readLong();
    long seconds;
    if (at < end && NumberParser.isBlank(text[at]) && nextIsNumber()) {
      seconds = first * 86400 + readClock(readLong());
    } else if (at < end && text[at] == ':' && at + 1 < end && isDigit(at + 1)) {
      seconds = readClock(first);
    } else {
      seconds = first / 10_000 * 3600 + first / 100 % 100 * 60 + first % 100;
      if (first / 100 % 100 > 59 || first % 100 > 59) {
        return NullValue.NULL;
      }
    }
    if (seconds < 0) {
      return NullValue.NULL;
    }
    readFraction();
    wasCut[0] = at < end;
    long micros = Math.min(seconds, 100_000_000_000L) * 1_000_000 + parts[6] + (roundUp ? 1 : 0);
    if (micros > TimeValue.MAX_MICROS) {
      wasCut[0] = true;
    }
    return TimeValue.limited(negative ? -micros : micros, Math.min(6, fractionDigits));
  }

  private boolean nextIsNumber() {
    int i = at;
    while (i < end && NumberParser.isBlank(text[i])) {
      i++;
    }
    if (i < end && isDigit(i)) {
      at = i;
      return true;
    }
    return false;
  }

  private long readLong() {
    long number = 0;
    for (; at < end && isDigit(at); at++) {
      number = Math.min(number * 10 + (text[at] - '0'), 1_000_000_000_000L);
    }
    return number;
  }

  /// Seconds of `hours[:mm[:ss]]`, the hours already read; -1 if minutes or seconds are too large.
  private long readClock(long hours) {
    long minutes = 0;
    long seconds = 0;
    if (at + 1 < end && text[at] == ':' && isDigit(at + 1)) {
      at++;
      minutes = readLong();
      if (at + 1 < end && text[at] == ':' && isDigit(at + 1)) {
        at++;
        seconds = readLong();
      }
    }
    return minutes > 59 || seconds > 59 ? -1 : (hours * 60 + minutes) * 60 + seconds;
  }
}
