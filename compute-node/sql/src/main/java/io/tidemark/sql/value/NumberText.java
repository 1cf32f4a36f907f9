package io.tidemark.sql.value;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/// Numbers as MySQL prints them.
public final class NumberText {
  /// Doubles with more digits before or more zeros after the point are printed with an exponent.
  private static final int MAX_PLAIN_EXPONENT = 15;

  private static final byte[] MIN_LONG = ascii("-9223372036854775808");

  private NumberText() {}

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static byte[] of(long value) {
    if (value == Long.MIN_VALUE) {
      return MIN_LONG.clone();
    }
    boolean negative = value < 0;
    long rest = negative ? -value : value;
    int digits = digits(rest);
    byte[] text = new byte[digits + (negative ? 1 : 0)];
    for (int i = text.length - 1; i >= text.length - digits; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    if (negative) {
      text[0] = '-';
    }
    return text;
  }

  public static byte[] ofUnsigned(long value) {
    return value >= 0 ? of(value) : ascii(Long.toUnsignedString(value));
  }

  /// Decimal digits of a number that is not negative; 1 for 0.
  static int digits(long value) {
    int digits = 1;
    for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
      digits++;
    }
    return digits;
  }

  /// A double with the fewest digits that read back as the same double.
  public static String of(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return print(new BigDecimal(Double.toString(value)));
  }

  /// A float with at most six significant digits.
  public static String of(float value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(value);
    return print(exact.round(new java.math.MathContext(6, RoundingMode.HALF_EVEN)));
  }

  /// A double with exactly `decimals` decimals.
  public static String fixed(double value, int decimals) {
    BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
    String text = rounded.toPlainString();
    return rounded.signum() == 0 && 1 / value < 0 ? "-" + text : text;
  }

  private static String print(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    String digits = stripped.unscaledValue().abs().toString();
    int pointAfter = digits.length() - stripped.scale();
    String sign = stripped.signum() < 0 ? "-" : "";
    if (pointAfter > MAX_PLAIN_EXPONENT || pointAfter < 1 - MAX_PLAIN_EXPONENT) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      return sign + digits.charAt(0) + fraction + "e" + (pointAfter - 1);
    }
    return sign + stripped.abs().toPlainString();
  }
}
