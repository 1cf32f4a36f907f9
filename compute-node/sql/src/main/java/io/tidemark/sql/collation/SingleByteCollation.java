package io.tidemark.sql.collation;

/// A case-insensitive PAD SPACE collation of a one-byte character set: one weight per byte.
final class SingleByteCollation extends Collation {
  private final int[] weights;
  private final byte[] keyWeights = new byte[256];

  SingleByteCollation(int id, String name, Charset charset, int[] weights) {
    super(id, name, charset, true);
    this.weights = weights;
    for (int i = 0; i < keyWeights.length; i++) {
      keyWeights[i] = (byte) weights[i];
    }
  }

  /// Upper case counts, bytes above 7F are as they are.
  static int[] ascii() {
    int[] weights = new int[256];
    for (int i = 0; i < 256; i++) {
      weights[i] = i >= 'a' && i <= 'z' ? i - 32 : i;
    }
    return weights;
  }

  /// Swedish and Finnish rules: accents do not count, Å, Ä and Ö come after Z, Ü is Y.
  static int[] swedish() {
    int[] weights = ascii();
    int[] high = {
      'A', 'A', 'A', 'A', 0x5C, 0x5B, 0x5C, 'C', 'E', 'E', 'E', 'E', 'I', 'I', 'I', 'I', 'D', 'N',
      'O', 'O', 'O', 'O', 0x5D, 0xD7, 0xD8, 'U', 'U', 'U', 'Y', 'Y', 0xDE, 0xDF
    };
    for (int i = 0; i < 32; i++) {
      weights[0xC0 + i] = high[i];
      weights[0xE0 + i] = high[i];
    }
    weights[0xF7] = 0xF7;
    weights[0xFF] = 0xFF;
    return weights;
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int common = Math.min(aTo - aFrom, bTo - bFrom);
    for (int i = 0; i < common; i++) {
      int order = weights[a[aFrom + i] & 0xFF] - weights[b[bFrom + i] & 0xFF];
      if (order != 0) {
        return order;
      }
    }
    int rest = againstSpaces(a, aFrom + common, aTo);
    return rest != 0 ? rest : -againstSpaces(b, bFrom + common, bTo);
  }

  private int againstSpaces(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      int order = weights[text[i] & 0xFF] - weights[' '];
      if (order != 0) {
        return order;
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
    for (int i = 0; i < end; i++) {
      hash = 31 * hash + weights[text[i] & 0xFF];
    }
    return hash;
  }

  @Override
  public byte[] sortKey(byte[] text) {
    return SortKey.ofBytes(text, keyWeights, weights[' ']);
  }

  @Override
  public int sortKeyEnd(byte[] key, int from, int to, boolean inverted) {
    return SortKey.end(key, from, to, inverted, weights[' '], false);
  }

  @Override
  long characterWeight(byte[] text, int offset, int length) {
    return weights[text[offset] & 0xFF];
  }
}
