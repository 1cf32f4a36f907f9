package io.tidemark.sql.collation;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Arrays;

/// `utf8mb4_unicode_ci` and `utf8mb3_unicode_ci`: primary weights of Unicode 4.0, PAD SPACE.
///
/// Weights come from the table `unicode-ci.bin.gz`, see `src/test/ucadata`. As in MySQL there are
/// no contractions, and every supplementary character weighs FFFD.
final class UnicodeCiCollation extends Collation {
  private static final char[][] WEIGHTS =
      Resources.read("unicode-ci.bin.gz", "TMW1", UnicodeCiCollation::load);
  private static final char[] SUPPLEMENTARY = {0xFFFD};
  private static final int SPACE = WEIGHTS[' '][0];

  UnicodeCiCollation(int id, String name, Charset charset) {
    super(id, name, charset, true);
  }

  private static char[][] load(DataInputStream in) throws IOException {
    char[][] weights = new char[0x10000][];
    int entries = in.readInt();
    for (int i = 0; i < entries; i++) {
      int codePoint = in.readUnsignedShort();
      char[] own = new char[in.readUnsignedByte()];
      for (int j = 0; j < own.length; j++) {
        own[j] = in.readChar();
      }
      weights[codePoint] = own;
    }
    for (int c = 0; c < weights.length; c++) {
      if (weights[c] == null) {
        weights[c] = c == 0 ? new char[0] : implicit(c);
      }
    }
    return weights;
  }

  /// Han and unassigned characters.
  private static char[] implicit(int codePoint) {
    int base = 0xFBC0;
    if (codePoint >= 0x4E00 && codePoint <= 0x9FA5) {
      base = 0xFB40;
    } else if (codePoint >= 0x3400 && codePoint <= 0x4DB5) {
      base = 0xFB80;
    }
    return new char[] {(char) (base + (codePoint >> 15)), (char) ((codePoint & 0x7FFF) | 0x8000)};
  }

  @Override
  public boolean isBinary() {
    return false;
  }

  private static char[] weights(byte[] text, int offset, int end) {
    int codePoint = Utf8.codePointAt(text, offset, end);
    return codePoint > 0xFFFF ? SUPPLEMENTARY : WEIGHTS[codePoint];
  }

  /// Walks the weights of a text; spaces without end follow it.
  private static final class Scanner {
    private final byte[] text;
    private final int end;
    private int offset;
    private char[] current = {};
    private int next;

    Scanner(byte[] text, int from, int end) {
      this.text = text;
      this.offset = from;
      this.end = end;
    }

    /// -1 at the end.
    int next() {
      while (next >= current.length) {
        if (offset >= end) {
          return -1;
        }
        current = weights(text, offset, end);
        next = 0;
        offset += Utf8.length(text, offset, end);
      }
      return current[next++];
    }
  }

  @Override
  public int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    Scanner left = new Scanner(a, aFrom, aTo);
    Scanner right = new Scanner(b, bFrom, bTo);
    while (true) {
      int one = left.next();
      int other = right.next();
      if (one < 0 && other < 0) {
        return 0;
      }
      int order = (one < 0 ? SPACE : one) - (other < 0 ? SPACE : other);
      if (order != 0) {
        return order;
      }
    }
  }

  private static int[] sequence(byte[] text) {
    int[] weights = new int[text.length * 4 + 8];
    int count = 0;
    Scanner scanner = new Scanner(text, 0, text.length);
    for (int weight = scanner.next(); weight >= 0; weight = scanner.next()) {
      if (count == weights.length) {
        weights = Arrays.copyOf(weights, count * 2);
      }
      weights[count++] = weight;
    }
    while (count > 0 && weights[count - 1] == SPACE) {
      count--;
    }
    return Arrays.copyOf(weights, count);
  }

  @Override
  public int hash(byte[] text) {
    return Arrays.hashCode(sequence(text));
  }

  @Override
  public byte[] sortKey(byte[] text) {
    int[] weights = sequence(text);
    return new SortKey(weights.length * 2 + 8)
        .appendPadded(weights, weights.length, SPACE, true)
        .toBytes();
  }

  @Override
  public int sortKeyEnd(byte[] key, int from, int to, boolean inverted) {
    return SortKey.end(key, from, to, inverted, SPACE, true);
  }

  @Override
  long characterWeight(byte[] text, int offset, int length) {
    long hash = 7;
    for (char weight : weights(text, offset, offset + length)) {
      hash = hash * 0x1_0000_0061L + weight;
    }
    return hash;
  }
}
