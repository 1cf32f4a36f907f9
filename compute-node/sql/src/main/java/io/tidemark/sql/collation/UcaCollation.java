package io.tidemark.sql.collation;

import java.util.Arrays;

/// The `utf8mb4_0900` collations: UTS #10 over the table [Uca], NO PAD, down to one of three
/// levels.
///
/// Sort key: the weights of each level as two bytes each, levels closed by 00 00. No weight is 0
/// there.
final class UcaCollation extends Collation {
  private static final long WEIGHT_FACTOR = 0x1_0000_0061L;

  private final int levels;

  UcaCollation(int id, String name, Charset charset, int levels) {
    super(id, name, charset, false);
    this.levels = levels;
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  @Override
  public int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int same = CommonPrefix.beforeAscii(a, aFrom, aTo, b, bFrom, bTo);
    if (same == aTo - aFrom && same == bTo - bFrom) {
      return 0;
    }
    return compareRest(a, aFrom + same, aTo, b, bFrom + same, bTo);
  }

  private int compareRest(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    int order = comparePrimary(a, aFrom, aTo, b, bFrom, bTo);
    for (int level = 2; level <= levels && order == 0; level++) {
      order = compareLevel(level, a, aFrom, aTo, b, bFrom, bTo);
    }
    return order;
  }

  /// ASCII is compared by table; a character that is followed by ASCII is not part of a
  /// contraction.
  private static int comparePrimary(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    Uca uca = Uca.instance();
    int i = aFrom;
    int j = bFrom;
    while (i < aTo && j < bTo && isPlain(a, i, aTo) && isPlain(b, j, bTo)) {
      int order = uca.asciiPrimary(a[i]) - uca.asciiPrimary(b[j]);
      if (order != 0) {
        if (uca.asciiPrimary(a[i]) == 0 || uca.asciiPrimary(b[j]) == 0) {
          break;
        }
        return order;
      }
      i++;
      j++;
    }
    return compareLevel(Uca.LEVEL_PRIMARY, a, i, aTo, b, j, bTo);
  }

  private static boolean isPlain(byte[] text, int i, int end) {
    return text[i] >= 0 && (i + 1 >= end || text[i + 1] >= 0);
  }

  private static int compareLevel(
      int level, byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    if (aFrom == aTo && bFrom == bTo) {
      return 0;
    }
    UcaScanner left = new UcaScanner(a, aFrom, aTo, level);
    UcaScanner right = new UcaScanner(b, bFrom, bTo, level);
    while (true) {
      int one = left.next();
      int other = right.next();
      if (one != other) {
        return one - other;
      }
      if (one < 0) {
        return 0;
      }
    }
  }

  @Override
  public int hash(byte[] text) {
    Uca uca = Uca.instance();
    int hash = 1;
    int i = 0;
    for (; i < text.length && isPlain(text, i, text.length); i++) {
      int weight = uca.asciiPrimary(text[i]);
      hash = weight == 0 ? hash : 31 * hash + weight;
    }
    if (i < text.length) {
      UcaScanner scanner = new UcaScanner(text, i, text.length, Uca.LEVEL_PRIMARY);
      for (int weight = scanner.next(); weight >= 0; weight = scanner.next()) {
        hash = 31 * hash + weight;
      }
    }
    return hash;
  }

  @Override
  public byte[] sortKey(byte[] text) {
    if (levels == 1 && Charset.isAscii(text)) {
      return asciiKey(text);
    }
    byte[] key = new byte[text.length * 2 * levels + 2 * levels];
    int length = 0;
    for (int level = 1; level <= levels; level++) {
      UcaScanner scanner = new UcaScanner(text, 0, text.length, level);
      for (int weight = scanner.next(); weight >= 0; weight = scanner.next()) {
        if (length + 2 > key.length) {
          key = Arrays.copyOf(key, key.length * 2);
        }
        key[length++] = (byte) (weight >>> 8);
        key[length++] = (byte) weight;
      }
      if (length + 2 > key.length) {
        key = Arrays.copyOf(key, key.length * 2);
      }
      length += 2;
    }
    return length == key.length ? key : Arrays.copyOf(key, length);
  }

  @Override
  public int sortKeyEnd(byte[] key, int from, int to, boolean inverted) {
    int zero = inverted ? -1 : 0;
    int level = 0;
    for (int at = from; at + 1 < to; at += 2) {
      if (key[at] == zero && key[at + 1] == zero) {
        level++;
        if (level == levels) {
          return at + 2;
        }
      }
    }
    throw SortKey.unterminated(from, to);
  }

  private static byte[] asciiKey(byte[] text) {
    Uca uca = Uca.instance();
    int count = 0;
    for (byte b : text) {
      count += uca.asciiPrimary(b) == 0 ? 0 : 1;
    }
    byte[] key = new byte[count * 2 + 2];
    int length = 0;
    for (byte b : text) {
      int weight = uca.asciiPrimary(b);
      if (weight != 0) {
        key[length++] = (byte) (weight >>> 8);
        key[length++] = (byte) weight;
      }
    }
    return key;
  }

  @Override
  long characterWeight(byte[] text, int offset, int length) {
    if (text[offset] >= 0) {
      return asciiWeight(text[offset]);
    }
    long hash = 7;
    for (int level = 1; level <= levels; level++) {
      UcaScanner scanner = new UcaScanner(text, offset, offset + length, level);
      for (int weight = scanner.next(); weight >= 0; weight = scanner.next()) {
        hash = hash * WEIGHT_FACTOR + weight;
      }
      hash = hash * WEIGHT_FACTOR + 1;
    }
    return hash;
  }

  /// The same for an ASCII character, which has one element.
  private long asciiWeight(int character) {
    Uca uca = Uca.instance();
    int position = uca.positionOf(character);
    long hash = 7;
    for (int level = 1; level <= levels; level++) {
      int weight = uca.elements()[position + level];
      hash = weight == 0 ? hash : hash * WEIGHT_FACTOR + weight;
      hash = hash * WEIGHT_FACTOR + 1;
    }
    return hash;
  }
}
