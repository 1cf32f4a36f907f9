package io.tidemark.engine.lock;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A point between keys: just before or just behind a key, or an end of the key space. Ordered.
/// Immutable by agreement: nobody changes the array.
public final class KeyBound implements Comparable<KeyBound> {
  /// Before every key.
  public static final KeyBound LOWEST = new KeyBound(null, false);

  /// Behind every key.
  public static final KeyBound HIGHEST = new KeyBound(null, true);

  private final byte @Nullable [] key;
  private final boolean behind;

  private KeyBound(byte @Nullable [] key, boolean behind) {
    this.key = key;
    this.behind = behind;
  }

  public static KeyBound before(byte[] key) {
    return new KeyBound(key, false);
  }

  public static KeyBound behind(byte[] key) {
    return new KeyBound(key, true);
  }

  @Override
  public int compareTo(KeyBound other) {
    if (key == null || other.key == null) {
      return Integer.compare(rank(), other.rank());
    }
    int order = Arrays.compareUnsigned(key, other.key);
    return order != 0 ? order : Boolean.compare(behind, other.behind);
  }

  private int rank() {
    if (key != null) {
      return 0;
    }
    return behind ? 1 : -1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyBound bound && compareTo(bound) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Boolean.hashCode(behind);
  }

  @Override
  public String toString() {
    if (key == null) {
      return behind ? "highest" : "lowest";
    }
    return (behind ? "behind " : "before ") + java.util.HexFormat.of().formatHex(key);
  }
}
