package io.tidemark.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An interval of encoded keys. A null bound is open-ended. A bound that is a prefix of longer keys
/// is compared as bytes like any other; to include every key that starts with it, use [#prefix].
///
/// Immutable by agreement: nobody changes the arrays.
public final class KeyRange {
  private static final KeyRange ALL = new KeyRange(null, true, null, true);

  private final byte @Nullable [] low;
  private final boolean lowInclusive;
  private final byte @Nullable [] high;
  private final boolean highInclusive;

  private KeyRange(
      byte @Nullable [] low, boolean lowInclusive, byte @Nullable [] high, boolean highInclusive) {
    this.low = low;
    this.lowInclusive = lowInclusive;
    this.high = high;
    this.highInclusive = highInclusive;
  }

  public static KeyRange all() {
    return ALL;
  }

  public static KeyRange of(
      byte @Nullable [] low, boolean lowInclusive, byte @Nullable [] high, boolean highInclusive) {
    return new KeyRange(low, lowInclusive, high, highInclusive);
  }

  /// Exactly one key.
  public static KeyRange point(byte[] key) {
    return new KeyRange(key, true, key, true);
  }

  /// Every key that starts with `prefix`.
  public static KeyRange prefix(byte[] prefix) {
    return new KeyRange(prefix, true, successorOfPrefix(prefix), false);
  }

  /// The smallest key above every key that starts with `prefix`; null if there is none.
  public static byte @Nullable [] successorOfPrefix(byte[] prefix) {
    int last = prefix.length - 1;
    while (last >= 0 && prefix[last] == (byte) 0xFF) {
      last--;
    }
    if (last < 0) {
      return null;
    }
    byte[] successor = Arrays.copyOf(prefix, last + 1);
    successor[last]++;
    return successor;
  }

  public byte @Nullable [] low() {
    return low;
  }

  public boolean lowInclusive() {
    return lowInclusive;
  }

  public byte @Nullable [] high() {
    return high;
  }

  public boolean highInclusive() {
    return highInclusive;
  }

  /// Whether the range is one key.
  public boolean isPoint() {
    return low != null && high != null && lowInclusive && highInclusive && Arrays.equals(low, high);
  }
}
