package io.tidemark.mysql.result;

import java.nio.charset.StandardCharsets;

/// Prints integers into a byte array without an object between.
final class IntegerText {
  /// Longest text of a 64-bit integer, with sign.
  static final int MAX_LENGTH = 20;

  private static final byte[] MIN_LONG =
      Long.toString(Long.MIN_VALUE).getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAIRS = pairs();

  private IntegerText() {}

  private static byte[] pairs() {
    byte[] pairs = new byte[200];
    for (int i = 0; i < 100; i++) {
      pairs[2 * i] = (byte) ('0' + i / 10);
      pairs[2 * i + 1] = (byte) ('0' + i % 10);
    }
    return pairs;
  }

  /// Prints a signed number; returns the offset after it.
  static int print(byte[] target, int offset, long value) {
    if (value >= 0) {
      return printDigits(target, offset, value, digits(value));
    }
    if (value == Long.MIN_VALUE) {
      System.arraycopy(MIN_LONG, 0, target, offset, MIN_LONG.length);
      return offset + MIN_LONG.length;
    }
    target[offset] = '-';
    return printDigits(target, offset + 1, -value, digits(-value));
  }

  static int printUnsigned(byte[] target, int offset, long bits) {
    if (bits >= 0) {
      return printDigits(target, offset, bits, digits(bits));
    }
    long quotient = Long.divideUnsigned(bits, 10);
    int end = printDigits(target, offset, quotient, digits(quotient));
    target[end] = (byte) ('0' + (bits - quotient * 10));
    return end + 1;
  }

  /// Prints a number that is not negative with at least `width` digits.
  static int printPadded(byte[] target, int offset, long bits, int width) {
    return printDigits(target, offset, bits, Math.max(width, digits(bits)));
  }

  /// Prints `value`, which is not negative, with exactly `count` digits.
  private static int printDigits(byte[] target, int offset, long value, int count) {
    int end = offset + count;
    int at = end;
    long rest = value;
    while (at - offset >= 2) {
      long quotient = rest / 100;
      int pair = (int) (rest - quotient * 100) * 2;
      target[--at] = PAIRS[pair + 1];
      target[--at] = PAIRS[pair];
      rest = quotient;
    }
    if (at > offset) {
      target[--at] = (byte) ('0' + rest % 10);
    }
    return end;
  }

  /// Decimal digits of a number that is not negative; 1 for 0.
  static int digits(long value) {
    int digits = 1;
    for (long limit = 10; digits < 19 && value >= limit; limit *= 10) {
      digits++;
    }
    return digits;
  }
}
