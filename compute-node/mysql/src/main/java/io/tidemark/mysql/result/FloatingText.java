package io.tidemark.mysql.result;

import io.tidemark.sql.type.SqlType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/// Prints FLOAT and DOUBLE as MySQL does (`my_gcvt`, `my_fcvt`).
///
/// A double is printed with the fewest digits that read back as the same double, a float with at
/// most six; without exponent if the decimal point stands between 14 places before and 15 places
/// after the first digit. An exponent has no sign if it is positive, and no leading zeros. Whole
/// numbers, the frequent case, are printed without an object between.
final class FloatingText {
  /// Longest text without a fixed number of decimals.
  static final int MAX_LENGTH = 40;

  private static final int MAX_PLAIN_EXPONENT = 15;
  private static final double MAX_WHOLE = 1e15;
  private static final int FLOAT_DIGITS = 6;
  private static final double SMALLEST_WITH_TWO_DIGITS = 1e-321;

  private FloatingText() {}

  static int print(byte[] target, int offset, double value) {
    if (value == Math.rint(value) && Math.abs(value) < MAX_WHOLE) {
      return printWhole(target, offset, value);
    }
    if (!Double.isFinite(value)) {
      target[offset] = '0';
      return offset + 1;
    }
    return layOut(target, offset, shortest(value));
  }

  static int print(byte[] target, int offset, float value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e6f) {
      return printWhole(target, offset, value);
    }
    if (!Float.isFinite(value)) {
      target[offset] = '0';
      return offset + 1;
    }
    // A shortest text of at most six digits is a normal float rounded to six digits as well.
    String shortest = Float.toString(value);
    if (Math.abs(value) >= Float.MIN_NORMAL && significantDigits(shortest) <= FLOAT_DIGITS) {
      return layOut(target, offset, shortest);
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(FLOAT_DIGITS, RoundingMode.HALF_EVEN));
    return layOut(target, offset, rounded.toString());
  }

  /// The text of a number with exactly `decimals` decimals, or the shortest if they are not
  /// specified.
  static String fixedOrShortest(double value, int decimals) {
    if (decimals >= SqlType.UNSPECIFIED_SCALE) {
      byte[] text = new byte[MAX_LENGTH];
      return new String(text, 0, print(text, 0, value), StandardCharsets.US_ASCII);
    }
    if (!Double.isFinite(value)) {
      return "0";
    }
    String text = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    boolean negative = value < 0 || 1 / value < 0;
    return negative && text.charAt(0) != '-' ? "-" + text : text;
  }

  /// The same for a float, whose shortest text has at most six digits.
  static String fixedOrShortest(float value, int decimals) {
    if (decimals < SqlType.UNSPECIFIED_SCALE) {
      return fixedOrShortest((double) value, decimals);
    }
    byte[] text = new byte[MAX_LENGTH];
    return new String(text, 0, print(text, 0, value), StandardCharsets.US_ASCII);
  }

  /// Java's shortest text has two digits at least, which is one too many for some of the smallest
  /// numbers.
  private static String shortest(double value) {
    if (Math.abs(value) < SMALLEST_WITH_TWO_DIGITS) {
      BigDecimal oneDigit = new BigDecimal(value).round(new MathContext(1, RoundingMode.HALF_EVEN));
      if (oneDigit.doubleValue() == value) {
        return oneDigit.toString();
      }
    }
    return Double.toString(value);
  }

  private static int printWhole(byte[] target, int offset, double value) {
    if (value == 0 && 1 / value < 0) {
      target[offset] = '-';
      target[offset + 1] = '0';
      return offset + 2;
    }
    return IntegerText.print(target, offset, (long) value);
  }

  private static int significantDigits(String text) {
    int digits = 0;
    int zeros = 0;
    for (int i = 0; i < text.length() && text.charAt(i) != 'E'; i++) {
      char c = text.charAt(i);
      if (c == '0' && digits > 0) {
        zeros++;
      } else if (c >= '1' && c <= '9') {
        digits += zeros + 1;
        zeros = 0;
      }
    }
    return digits;
  }

  /// Prints the number that `text` says in any decimal notation of Java, in MySQL's notation.
  private static int layOut(byte[] target, int offset, String text) {
    int at = offset;
    int from = 0;
    if (text.charAt(0) == '-') {
      target[at++] = '-';
      from = 1;
    }
    int exponentAt = text.indexOf('E');
    int exponent = exponentAt < 0 ? 0 : Integer.parseInt(text.substring(exponentAt + 1));
    int mantissaEnd = exponentAt < 0 ? text.length() : exponentAt;
    // Collect the digits behind the place of the result, without leading and trailing zeros.
    byte[] digits = new byte[mantissaEnd];
    int count = 0;
    int pointAfter = exponent;
    boolean fraction = false;
    for (int i = from; i < mantissaEnd; i++) {
      char c = text.charAt(i);
      if (c == '.') {
        fraction = true;
      } else if (c != '0' || count > 0) {
        digits[count++] = (byte) c;
        pointAfter += fraction ? 0 : 1;
      } else if (fraction) {
        pointAfter--;
      }
    }
    while (count > 1 && digits[count - 1] == '0') {
      count--;
    }
    if (pointAfter > MAX_PLAIN_EXPONENT || pointAfter < 1 - MAX_PLAIN_EXPONENT) {
      return layOutScientific(target, at, digits, count, pointAfter - 1);
    }
    return layOutPlain(target, at, digits, count, pointAfter);
  }

  private static int layOutScientific(
      byte[] target, int offset, byte[] digits, int count, int exponent) {
    int at = offset;
    target[at++] = digits[0];
    if (count > 1) {
      target[at++] = '.';
      System.arraycopy(digits, 1, target, at, count - 1);
      at += count - 1;
    }
    target[at++] = 'e';
    return IntegerText.print(target, at, exponent);
  }

  private static int layOutPlain(
      byte[] target, int offset, byte[] digits, int count, int pointAfter) {
    int at = offset;
    if (pointAfter <= 0) {
      target[at++] = '0';
      target[at++] = '.';
      for (int i = pointAfter; i < 0; i++) {
        target[at++] = '0';
      }
      System.arraycopy(digits, 0, target, at, count);
      return at + count;
    }
    for (int i = 0; i < Math.max(count, pointAfter); i++) {
      if (i == pointAfter) {
        target[at++] = '.';
      }
      target[at++] = i < count ? digits[i] : (byte) '0';
    }
    return at;
  }
}
