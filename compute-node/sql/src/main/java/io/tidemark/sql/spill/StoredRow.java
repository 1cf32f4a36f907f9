package io.tidemark.sql.spill;

import io.tidemark.sql.value.Value;

/// A row that is kept: values, keys by which it is sorted or looked up, with their hash, and a
/// number that orders it among others, such as its place in the input. Immutable.
public final class StoredRow {
  public static final Value[] NO_VALUES = {};

  private final long number;
  private final int hash;
  private final Value[] keys;
  private final Value[] values;

  public StoredRow(long number, int hash, Value[] keys, Value[] values) {
    this.number = number;
    this.hash = hash;
    this.keys = keys;
    this.values = values;
  }

  /// A row that is looked up by `key`.
  public static StoredRow of(long number, KeyTuple key, Value[] values) {
    return new StoredRow(number, key.hashCode(), key.values(), values);
  }

  public long number() {
    return number;
  }

  public int hash() {
    return hash;
  }

  public Value[] keys() {
    return keys;
  }

  public Value[] values() {
    return values;
  }

  /// About how much memory it takes.
  public long sizeBytes() {
    return 40 + sizeBytes(keys) + sizeBytes(values);
  }

  /// About how much memory some values take.
  public static long sizeBytes(Value[] values) {
    return ValueCodec.sizeOf(values);
  }
}
