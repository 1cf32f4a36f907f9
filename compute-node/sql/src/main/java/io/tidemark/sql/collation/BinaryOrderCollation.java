package io.tidemark.sql.collation;

import java.util.Arrays;

/// Order by bytes, which for UTF-8 is the order of code points: `binary`, `_bin` and `_0900_bin`.
///
/// Sort key, NO PAD: the bytes with 00 written 00 FF, closed by 00 00. Sort key, PAD SPACE: see
/// [SortKey].
final class BinaryOrderCollation extends Collation {
  BinaryOrderCollation(int id, String name, Charset charset, boolean padSpace) {
    super(id, name, charset, padSpace);
  }

  @Override
  public boolean isBinary() {
    return true;
  }

  @Override
  public int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
    if (!padSpace()) {
      return Arrays.compareUnsigned(a, aFrom, aTo, b, bFrom, bTo);
    }
    int common = Math.min(aTo - aFrom, bTo - bFrom);
    int order = Arrays.compareUnsigned(a, aFrom, aFrom + common, b, bFrom, bFrom + common);
    if (order != 0) {
      return order;
    }
    int rest = againstSpaces(a, aFrom + common, aTo);
    return rest != 0 ? rest : -againstSpaces(b, bFrom + common, bTo);
  }

  private static int againstSpaces(byte[] text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] != ' ') {
        return (text[i] & 0xFF) - ' ';
      }
    }
    return 0;
  }

  @Override
  public int hash(byte[] text) {
    int end = text.length;
    while (padSpace() && end > 0 && text[end - 1] == ' ') {
      end--;
    }
    int hash = 1;
    for (int i = 0; i < end; i++) {
      hash = 31 * hash + text[i];
    }
    return hash;
  }

  @Override
  public byte[] sortKey(byte[] text) {
    if (padSpace()) {
      return SortKey.ofBytes(text, null, ' ');
    }
    int zeros = 0;
    for (byte b : text) {
      if (b == 0) {
        zeros++;
      }
    }
    byte[] key = new byte[text.length + zeros + 2];
    int length = 0;
    for (byte b : text) {
      key[length++] = b;
      if (b == 0) {
        key[length++] = (byte) 0xFF;
      }
    }
    return key;
  }

  @Override
  public int sortKeyEnd(byte[] key, int from, int to, boolean inverted) {
    if (padSpace()) {
      return SortKey.end(key, from, to, inverted, ' ', false);
    }
    int zero = inverted ? -1 : 0;
    for (int at = from; at + 1 < to; at++) {
      if (key[at] == zero) {
        at++;
        if (key[at] == zero) {
          return at + 1;
        }
      }
    }
    throw SortKey.unterminated(from, to);
  }

  @Override
  long characterWeight(byte[] text, int offset, int length) {
    long weight = 1;
    for (int i = 0; i < length; i++) {
      weight = weight << 8 | (text[offset + i] & 0xFF);
    }
    return weight;
  }
}
