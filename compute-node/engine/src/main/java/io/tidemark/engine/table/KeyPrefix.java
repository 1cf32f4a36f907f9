package io.tidemark.engine.table;

import java.util.Arrays;

/// The first eight bytes of a key as a number, by which sorting many keys seldom has to look at the
/// keys themselves.
final class KeyPrefix {
  private KeyPrefix() {}

  /// The prefix of a key; a shorter one counts as followed by zeros.
  static long of(byte[] key) {
    long prefix = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      prefix = prefix << Byte.SIZE | (i < key.length ? key[i] & 0xFF : 0);
    }
    return prefix;
  }

  /// The order of two keys whose prefixes are known.
  static int compare(long prefix, byte[] key, long otherPrefix, byte[] otherKey) {
    return prefix == otherPrefix
        ? Arrays.compareUnsigned(key, otherKey)
        : Long.compareUnsigned(prefix, otherPrefix);
  }
}
