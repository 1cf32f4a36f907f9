package io.tidemark.sql.value;

import io.tidemark.sql.collation.Charset;
import io.tidemark.storage.error.MySqlError;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/// Reads numbers out of strings as MySQL does: blanks, then the longest prefix that is a number.
///
/// What follows other than blanks is dropped with warning 1292 `Truncated incorrect DOUBLE value:
/// '..'`.
final class NumberParser {
  /// Beyond this many digits the result needs correct rounding by the library.
  private static final int EXACT_DIGITS = 15;

  private static final int EXACT_POWER = 22;
  private static final int MAX_WARNED_BYTES = 128;

  private NumberParser() {}

  /// Offset after the longest number that starts at `from` (which has no blanks in front), `from`
  /// if there is none.
  private static int endOfNumber(byte[] text, int from) {
    int i = from;
    if (i < text.length && (text[i] == '-' || text[i] == '+')) {
      i++;
    }
    int digits = 0;
    for (; i < text.length && isDigit(text[i]); i++) {
      digits++;
    }
    if (i < text.length && text[i] == '.') {
      int fraction = i + 1;
      for (; fraction < text.length && isDigit(text[fraction]); fraction++) {
        digits++;
      }
      if (digits > 0) {
        i = fraction;
      }
    }
    if (digits == 0) {
      return from;
    }
    return endOfExponent(text, i);
  }

  private static int endOfExponent(byte[] text, int at) {
    if (at >= text.length || (text[at] != 'e' && text[at] != 'E')) {
      return at;
    }
    int i = at + 1;
    if (i < text.length && (text[i] == '-' || text[i] == '+')) {
      i++;
    }
    int start = i;
    while (i < text.length && isDigit(text[i])) {
      i++;
    }
    return i == start ? at : i;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isBlank(byte b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }

  private static int skipBlanks(byte[] text) {
    int i = 0;
    while (i < text.length && isBlank(text[i])) {
      i++;
    }
    return i;
  }

  private static boolean onlyBlanks(byte[] text, int from) {
    for (int i = from; i < text.length; i++) {
      if (!isBlank(text[i])) {
        return false;
      }
    }
    return true;
  }

  private static void warnTruncated(StringValue value, String type, ConversionContext context) {
    context.warn(MySqlError.TRUNCATED_WRONG_VALUE, type, forMessage(value));
  }

  /// The text as MySQL quotes it in messages: at most 128 bytes, binary strings with what is not
  /// printable escaped.
  static String forMessage(StringValue value) {
    byte[] bytes = value.bytes();
    if (value.charset() == Charset.BINARY) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < Math.min(bytes.length, MAX_WARNED_BYTES); i++) {
        int b = bytes[i] & 0xFF;
        text.append(b >= 0x20 && b < 0x7F ? String.valueOf((char) b) : String.format("\\x%02X", b));
      }
      return text.toString();
    }
    String text = value.asString();
    return text.length() <= MAX_WARNED_BYTES ? text : text.substring(0, MAX_WARNED_BYTES);
  }

  static double toDouble(StringValue value, ConversionContext context) {
    byte[] text = value.bytes();
    int from = skipBlanks(text);
    int end = endOfNumber(text, from);
    if (end == from || !onlyBlanks(text, end)) {
      warnTruncated(value, "DOUBLE", context);
    }
    double number = end == from ? 0 : parseDouble(text, from, end);
    if (Double.isInfinite(number)) {
      warnTruncated(value, "DOUBLE", context);
      return Math.copySign(Double.MAX_VALUE, number);
    }
    return number;
  }

  /// True if the whole text, blanks aside, is a number.
  static boolean isNumber(byte[] text) {
    int from = skipBlanks(text);
    int end = endOfNumber(text, from);
    return end > from && onlyBlanks(text, end);
  }

  /// True if the text begins, after blanks, with a number.
  static boolean beginsWithNumber(byte[] text) {
    int from = skipBlanks(text);
    return endOfNumber(text, from) > from;
  }

  /// The number that the text begins with; the caller knows that there is one.
  static DecimalValue parsePrefix(byte[] text) {
    int from = skipBlanks(text);
    return parseDecimal(text, from, endOfNumber(text, from));
  }

  /// The number that the text begins with; the caller knows that there is one.
  static double parsePrefixAsDouble(byte[] text) {
    int from = skipBlanks(text);
    return parseDouble(text, from, endOfNumber(text, from));
  }

  private static double parseDouble(byte[] text, int from, int end) {
    int i = from;
    boolean negative = text[i] == '-';
    if (negative || text[i] == '+') {
      i++;
    }
    long mantissa = 0;
    int digits = 0;
    int decimals = 0;
    boolean afterPoint = false;
    for (; i < end; i++) {
      byte b = text[i];
      if (b == '.') {
        afterPoint = true;
      } else if (isDigit(b)) {
        mantissa = mantissa * 10 + (b - '0');
        digits += mantissa == 0 ? 0 : 1;
        decimals += afterPoint ? 1 : 0;
        if (digits > EXACT_DIGITS) {
          break;
        }
      } else {
        break;
      }
    }
    if (i == end && digits <= EXACT_DIGITS && decimals <= EXACT_POWER) {
      double number = (double) mantissa / DecimalMath.doublePower(decimals);
      return negative ? -number : number;
    }
    return Double.parseDouble(new String(text, from, end - from, StandardCharsets.ISO_8859_1));
  }

  static DecimalValue toDecimal(StringValue value, ConversionContext context) {
    byte[] text = value.bytes();
    int from = skipBlanks(text);
    int end = endOfNumber(text, from);
    if (end == from || !onlyBlanks(text, end)) {
      warnTruncated(value, "DECIMAL", context);
    }
    return end == from ? DecimalValue.ZERO : parseDecimal(text, from, end);
  }

  private static DecimalValue parseDecimal(byte[] text, int from, int end) {
    int i = from;
    boolean negative = text[i] == '-';
    if (negative || text[i] == '+') {
      i++;
    }
    if (end - i <= 18) {
      long unscaled = 0;
      int scale = 0;
      boolean afterPoint = false;
      for (; i < end && (isDigit(text[i]) || text[i] == '.'); i++) {
        if (text[i] == '.') {
          afterPoint = true;
        } else {
          unscaled = unscaled * 10 + (text[i] - '0');
          scale += afterPoint ? 1 : 0;
        }
      }
      if (i == end) {
        return DecimalValue.of(negative ? -unscaled : unscaled, scale);
      }
    }
    return parseWideDecimal(new String(text, from, end - from, StandardCharsets.ISO_8859_1));
  }

  private static DecimalValue parseWideDecimal(String text) {
    int exponentAt = Math.max(text.indexOf('e'), text.indexOf('E'));
    if (exponentAt >= 0 && text.length() - exponentAt > 7) {
      boolean tiny = text.charAt(exponentAt + 1) == '-';
      return tiny
          ? DecimalValue.ZERO
          : DecimalValue.ofDouble(
              text.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    BigDecimal number = new BigDecimal(text);
    if (number.signum() == 0) {
      return DecimalValue.of(0, Math.clamp(number.scale(), 0, 30));
    }
    if (number.precision() - (long) number.scale() > 70) {
      return DecimalValue.ofDouble(
          number.signum() < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return number.precision() - (long) number.scale() < -40
        ? DecimalValue.of(0, 30)
        : DecimalValue.of(number);
  }

  /// Digits only: `'1.9'` is 1, with a warning. Beyond the range the nearest limit, unsigned for
  /// positive numbers.
  static long toLong(StringValue value, ConversionContext context) {
    byte[] text = value.bytes();
    int i = skipBlanks(text);
    boolean negative = i < text.length && text[i] == '-';
    if (i < text.length && (negative || text[i] == '+')) {
      i++;
    }
    int first = i;
    long number = 0;
    boolean overflow = false;
    for (; i < text.length && isDigit(text[i]); i++) {
      int digit = text[i] - '0';
      if (Long.compareUnsigned(number, Long.divideUnsigned(-1L - digit, 10)) > 0) {
        overflow = true;
      }
      number = number * 10 + digit;
    }
    if (i == first || !onlyBlanks(text, i)) {
      warnTruncated(value, "INTEGER", context);
    }
    if (negative) {
      if (overflow || Long.compareUnsigned(number, Long.MIN_VALUE) > 0) {
        warnTruncated(value, "INTEGER", context);
        return Long.MIN_VALUE;
      }
      return -number;
    }
    if (overflow) {
      warnTruncated(value, "INTEGER", context);
      return -1L;
    }
    return number;
  }
}
