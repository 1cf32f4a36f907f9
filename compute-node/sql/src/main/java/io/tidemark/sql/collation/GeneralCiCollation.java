package io.tidemark.sql.collation;

/// `utf8mb4_general_ci` and `utf8mb3_general_ci`: one weight per character, PAD SPACE.
///
/// The weight of a character of the Basic Multilingual Plane is its upper case form without accent;
/// every supplementary character weighs U+FFFD, so all of them are equal, as in MySQL.
final class GeneralCiCollation extends Collation {
  private static final int SUPPLEMENTARY = 0xFFFD;
  private static final byte[] ASCII_WEIGHTS = new byte[256];

  static {
    for (int i = 0; i < 128; i++) {
      ASCII_WEIGHTS[i] = (byte) (i >= 'a' && i <= 'z' ? i - 32 : i);
    }
  }

  GeneralCiCollation(int id, String name, Charset charset) {
    super(id, name, charset, true);
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  private static int weight(byte[] text, int offset, int end) {
    int b = text[offset];
    if (b >= 0) {
      return b >= 'a' && b <= 'z' ? b - 32 : b;
    }
    int codePoint = Utf8.codePointAt(text, offset, end);
    return codePoint > 0xFFFF ? SUPPLEMENTARY : GeneralCiWeights.weight(codePoint);
  }

  @Override
  public int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int same = CommonPrefix.characters(a, aFrom, aTo, b, bFrom, bTo);
    int i = aFrom + same;
    int j = bFrom + same;
    while (i < aTo && j < bTo) {
      int order = weight(a, i, aTo) - weight(b, j, bTo);
      if (order != 0) {
        return order;
      }
      i += a[i] >= 0 ? 1 : Utf8.length(a, i, aTo);
      j += b[j] >= 0 ? 1 : Utf8.length(b, j, bTo);
    }
    int rest = againstSpaces(a, i, aTo);
    return rest != 0 ? rest : -againstSpaces(b, j, bTo);
  }

  private static int againstSpaces(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] != ' ') {
        return weight(text, i, to) - ' ';
      }
    }
    return 0;
  }

  @Override
  public int hash(byte[] text) {
    int end = text.length;
    while (end > 0 && text[end - 1] == ' ') {
      end--;
    }
    int hash = 1;
    for (int i = 0; i < end; i += text[i] >= 0 ? 1 : Utf8.length(text, i, end)) {
      hash = 31 * hash + weight(text, i, end);
    }
    return hash;
  }

  @Override
  public byte[] sortKey(byte[] text) {
    if (Charset.isAscii(text)) {
      return SortKey.ofBytes(text, ASCII_WEIGHTS, ' ');
    }
    int[] weights = new int[text.length];
    int count = 0;
    for (int i = 0; i < text.length; i += Utf8.length(text, i, text.length)) {
      weights[count++] = weight(text, i, text.length);
    }
    return new SortKey(text.length + 8).appendPadded(weights, count, ' ', true).toBytes();
  }

  @Override
  public int sortKeyEnd(byte[] key, int from, int to, boolean inverted) {
    return SortKey.end(key, from, to, inverted, ' ', true);
  }

  @Override
  long characterWeight(byte[] text, int offset, int length) {
    return weight(text, offset, offset + length);
  }
}
