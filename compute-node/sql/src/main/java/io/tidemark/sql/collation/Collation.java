package io.tidemark.sql.collation;

import java.util.Arrays;

/// A collation of MySQL: an order and an equality on the texts of one character set. Immutable.
///
/// The collations themselves are in [Collations].
public abstract class Collation {
  private final int id;
  private final String name;
  private final Charset charset;
  private final boolean padSpace;

  Collation(int id, String name, Charset charset, boolean padSpace) {
    this.id = id;
    this.name = name;
    this.charset = charset;
    this.padSpace = padSpace;
  }

  /// MySQL's number of the collation, as sent in column metadata and handshakes.
  public final int id() {
    return id;
  }

  public final String name() {
    return name;
  }

  public final Charset charset() {
    return charset;
  }

  /// True if trailing spaces do not count in comparisons (PAD SPACE), false for NO PAD.
  public final boolean padSpace() {
    return padSpace;
  }

  /// True for `binary` and the `_bin` collations.
  public abstract boolean isBinary();

  /// Negative, zero or positive as the first text sorts before, with or after the second one.
  /// Ranges are byte offsets, the end exclusive.
  public abstract int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo);

  public final int compare(byte[] a, byte[] b) {
    return compare(a, 0, a.length, b, 0, b.length);
  }

  public final boolean equal(byte[] a, byte[] b) {
    return Arrays.equals(a, b) || compare(a, 0, a.length, b, 0, b.length) == 0;
  }

  /// Equal for texts that compare equal.
  public abstract int hash(byte[] text);

  /// Bytes whose unsigned order is the order of the collation. No key is a prefix of another one,
  /// so keys may simply be concatenated to a composite key.
  public abstract byte[] sortKey(byte[] text);

  /// The offset behind the sort key that begins at `from` in a composite key which ends at `to`;
  /// `inverted` if all bytes of the sort key are (a descending index).
  ///
  /// @throws io.tidemark.storage.error.Corrupt if it has no end
  public abstract int sortKeyEnd(byte[] key, int from, int to, boolean inverted);

  /// SQL's LIKE: `%` any characters, `_` one character, each character compared by this collation.
  /// `escape` is the code point of the escape character, -1 for none.
  public final boolean like(byte[] text, byte[] pattern, int escape) {
    return LikeMatcher.matches(this, text, pattern, escape);
  }

  /// The character at `offset` of a text as a number such that equal characters have equal numbers;
  /// LIKE compares these.
  abstract long characterWeight(byte[] text, int offset, int length);

  public final byte[] toUpper(byte[] text) {
    return CaseMapping.toUpper(charset, text);
  }

  public final byte[] toLower(byte[] text) {
    return CaseMapping.toLower(charset, text);
  }

  @Override
  public final String toString() {
    return name;
  }
}
