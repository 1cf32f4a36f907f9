package io.tidemark.sql.collation;

/// UPPER and LOWER: one character becomes one character, as in MySQL (no `ß` to `SS`).
final class CaseMapping {
  private CaseMapping() {}

  static byte[] toUpper(Charset charset, byte[] text) {
    return map(charset, text, true);
  }

  static byte[] toLower(Charset charset, byte[] text) {
    return map(charset, text, false);
  }

  private static byte[] map(Charset charset, byte[] text, boolean upper) {
    if (charset == Charset.BINARY) {
      return text;
    }
    int changed = -1;
    boolean ascii = true;
    for (int i = 0; i < text.length && ascii; i++) {
      ascii = text[i] >= 0;
      if (changed < 0 && ascii && mapAscii(text[i], upper) != text[i]) {
        changed = i;
      }
    }
    if (!ascii) {
      return mapWide(charset, text, upper);
    }
    if (changed < 0) {
      return text;
    }
    byte[] out = text.clone();
    for (int i = changed; i < out.length; i++) {
      out[i] = mapAscii(out[i], upper);
    }
    return out;
  }

  private static byte mapAscii(byte b, boolean upper) {
    if (upper) {
      return b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
    }
    return b >= 'A' && b <= 'Z' ? (byte) (b + 32) : b;
  }

  private static byte[] mapWide(Charset charset, byte[] text, boolean upper) {
    if (charset.isSingleByte()) {
      byte[] out = text.clone();
      for (int i = 0; i < out.length; i++) {
        int mapped =
            charset == Charset.LATIN1
                ? Latin1.byteOf(mapCodePoint(Latin1.codePoint(out[i]), upper))
                : -1;
        out[i] = out[i] >= 0 ? mapAscii(out[i], upper) : mapped < 0 ? out[i] : (byte) mapped;
      }
      return out;
    }
    byte[] out = new byte[text.length + text.length / 2 + 4];
    int length = 0;
    for (int i = 0; i < text.length; ) {
      int size = Utf8.length(text, i, text.length);
      if (size == 1) {
        out[length++] = text[i] >= 0 ? mapAscii(text[i], upper) : text[i];
      } else {
        length =
            Utf8.encode(mapCodePoint(Utf8.codePointAt(text, i, text.length), upper), out, length);
      }
      i += size;
    }
    return java.util.Arrays.copyOf(out, length);
  }

  private static int mapCodePoint(int codePoint, boolean upper) {
    if (upper) {
      return Character.toUpperCase(codePoint);
    }
    return codePoint == 0x130 ? 'i' : Character.toLowerCase(codePoint);
  }
}
