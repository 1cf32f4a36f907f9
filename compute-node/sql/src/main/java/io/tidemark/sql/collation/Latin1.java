package io.tidemark.sql.collation;

/// MySQL's `latin1`: cp1252 in which the bytes 81, 8D, 8F, 90 and 9D are the C1 controls of the
/// same number.
final class Latin1 {
  /// Code points of the bytes 0x80 to 0x9F.
  private static final char[] HIGH_CONTROLS = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
    0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
    0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178
  };

  private Latin1() {}

  static int codePoint(byte b) {
    int value = b & 0xFF;
    return value >= 0x80 && value < 0xA0 ? HIGH_CONTROLS[value - 0x80] : value;
  }

  /// The byte of `codePoint`, or -1 if latin1 does not have it.
  static int byteOf(int codePoint) {
    if (codePoint < 0x80 || (codePoint >= 0xA0 && codePoint < 0x100)) {
      return codePoint;
    }
    for (int i = 0; i < HIGH_CONTROLS.length; i++) {
      if (HIGH_CONTROLS[i] == codePoint) {
        return 0x80 + i;
      }
    }
    return -1;
  }

  static String decode(byte[] text) {
    char[] out = new char[text.length];
    for (int i = 0; i < text.length; i++) {
      out[i] = (char) codePoint(text[i]);
    }
    return new String(out);
  }

  static byte[] encode(String text) {
    byte[] out = new byte[text.codePointCount(0, text.length())];
    int length = 0;
    for (int i = 0; i < text.length(); length++) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      int b = byteOf(codePoint);
      out[length] = (byte) (b < 0 ? '?' : b);
    }
    return out;
  }
}
