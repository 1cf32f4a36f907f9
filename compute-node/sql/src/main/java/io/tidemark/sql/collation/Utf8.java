package io.tidemark.sql.collation;

/// UTF-8 on byte arrays without making strings of them.
public final class Utf8 {
  private static final int REPLACEMENT = 0xFFFD;

  private Utf8() {}

  /// Bytes of the character at `offset`; 1 if the bytes there are malformed.
  public static int length(byte[] text, int offset, int end) {
    int b0 = text[offset];
    if (b0 >= 0) {
      return 1;
    }
    int b = b0 & 0xFF;
    if (b >= 0xC2 && b < 0xE0) {
      return offset + 1 < end && isContinuation(text[offset + 1]) ? 2 : 1;
    }
    if (b >= 0xE0 && b < 0xF0) {
      return isThree(text, offset, end) ? 3 : 1;
    }
    if (b >= 0xF0 && b <= 0xF4) {
      return isFour(text, offset, end) ? 4 : 1;
    }
    return 1;
  }

  /// The code point at `offset`; U+FFFD for a malformed byte.
  public static int codePointAt(byte[] text, int offset, int end) {
    int b0 = text[offset];
    if (b0 >= 0) {
      return b0;
    }
    return switch (length(text, offset, end)) {
      case 2 -> ((b0 & 0x1F) << 6) | (text[offset + 1] & 0x3F);
      case 3 -> ((b0 & 0x0F) << 12) | ((text[offset + 1] & 0x3F) << 6) | (text[offset + 2] & 0x3F);
      case 4 ->
          ((b0 & 0x07) << 18)
              | ((text[offset + 1] & 0x3F) << 12)
              | ((text[offset + 2] & 0x3F) << 6)
              | (text[offset + 3] & 0x3F);
      default -> REPLACEMENT;
    };
  }

  /// Bytes that `codePoint` takes.
  public static int encodedLength(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  /// Writes `codePoint` at `offset` and returns the offset after it.
  public static int encode(int codePoint, byte[] out, int offset) {
    if (codePoint < 0x80) {
      out[offset] = (byte) codePoint;
      return offset + 1;
    }
    if (codePoint < 0x800) {
      out[offset] = (byte) (0xC0 | (codePoint >> 6));
      out[offset + 1] = (byte) (0x80 | (codePoint & 0x3F));
      return offset + 2;
    }
    if (codePoint < 0x10000) {
      out[offset] = (byte) (0xE0 | (codePoint >> 12));
      out[offset + 1] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
      out[offset + 2] = (byte) (0x80 | (codePoint & 0x3F));
      return offset + 3;
    }
    out[offset] = (byte) (0xF0 | (codePoint >> 18));
    out[offset + 1] = (byte) (0x80 | ((codePoint >> 12) & 0x3F));
    out[offset + 2] = (byte) (0x80 | ((codePoint >> 6) & 0x3F));
    out[offset + 3] = (byte) (0x80 | (codePoint & 0x3F));
    return offset + 4;
  }

  static int characterCount(byte[] text, int from, int end) {
    int count = 0;
    for (int i = from; i < end; count++) {
      i += text[i] >= 0 ? 1 : length(text, i, end);
    }
    return count;
  }

  static int offsetOf(byte[] text, int from, int characters) {
    int i = from;
    for (int n = 0; n < characters && i < text.length; n++) {
      i += text[i] >= 0 ? 1 : length(text, i, text.length);
    }
    return i;
  }

  static int findInvalid(byte[] text, int maxBytes) {
    for (int i = 0; i < text.length; ) {
      if (text[i] >= 0) {
        i++;
        continue;
      }
      int length = length(text, i, text.length);
      if (length == 1 || length > maxBytes) {
        return i;
      }
      i += length;
    }
    return -1;
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private static boolean isThree(byte[] text, int offset, int end) {
    if (offset + 2 >= end
        || !isContinuation(text[offset + 1])
        || !isContinuation(text[offset + 2])) {
      return false;
    }
    int first = text[offset] & 0xFF;
    int second = text[offset + 1] & 0xFF;
    if (first == 0xE0) {
      return second >= 0xA0;
    }
    return first != 0xED || second < 0xA0;
  }

  private static boolean isFour(byte[] text, int offset, int end) {
    if (offset + 3 >= end
        || !isContinuation(text[offset + 1])
        || !isContinuation(text[offset + 2])
        || !isContinuation(text[offset + 3])) {
      return false;
    }
    int first = text[offset] & 0xFF;
    int second = text[offset + 1] & 0xFF;
    if (first == 0xF0) {
      return second >= 0x90;
    }
    return first != 0xF4 || second < 0x90;
  }
}
