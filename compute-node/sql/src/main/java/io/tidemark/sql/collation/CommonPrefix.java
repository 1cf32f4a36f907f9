package io.tidemark.sql.collation;

import java.util.Arrays;

/// Equal bytes at the beginning of two texts, which no collation need look at.
final class CommonPrefix {
  private CommonPrefix() {}

  /// Length of the equal prefix, cut back to the beginning of a character of UTF-8 in both texts.
  static int characters(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int same = mismatch(a, aFrom, aTo, b, bFrom, bTo);
    while (same > 0
        && (isContinuation(a, aFrom + same, aTo) || isContinuation(b, bFrom + same, bTo))) {
      same--;
    }
    return same;
  }

  /// Length of the equal prefix, cut back so that an ASCII character or the end follows in both
  /// texts.
  static int beforeAscii(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int same = mismatch(a, aFrom, aTo, b, bFrom, bTo);
    while (same > 0 && (isWide(a, aFrom + same, aTo) || isWide(b, bFrom + same, bTo))) {
      same--;
    }
    return same;
  }

  private static int mismatch(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int same = Arrays.mismatch(a, aFrom, aTo, b, bFrom, bTo);
    return same < 0 ? aTo - aFrom : same;
  }

  private static boolean isContinuation(byte[] text, int offset, int end) {
    return offset < end && (text[offset] & 0xC0) == 0x80;
  }

  private static boolean isWide(byte[] text, int offset, int end) {
    return offset < end && text[offset] < 0;
  }
}
