package io.tidemark.sql.value;

/// Writes dates and times as digits.
final class TemporalText {
  private TemporalText() {}

  static void putDigits(byte[] text, int offset, int number, int digits) {
    int rest = number;
    for (int i = offset + digits - 1; i >= offset; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  static void putDate(byte[] text, int offset, int year, int month, int day) {
    putDigits(text, offset, year, 4);
    text[offset + 4] = '-';
    putDigits(text, offset + 5, month, 2);
    text[offset + 7] = '-';
    putDigits(text, offset + 8, day, 2);
  }

  /// `:mm:ss` and the fraction.
  static void putMinutes(
      byte[] text, int offset, int minute, int second, int microsecond, int fsp) {
    text[offset] = ':';
    putDigits(text, offset + 1, minute, 2);
    text[offset + 3] = ':';
    putDigits(text, offset + 4, second, 2);
    if (fsp > 0) {
      text[offset + 6] = '.';
      putDigits(text, offset + 7, microsecond / (int) DecimalMath.power(6 - fsp), fsp);
    }
  }
}
