package io.tidemark.sql.spill;

import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.ConversionContext;
import io.tidemark.sql.value.Value;

/// Some values as the key of a hash table; NULLs are equal to one another, as in GROUP BY and
/// DISTINCT. Confined to the statement's thread.
public final class KeyTuple {
  /// About what it takes in a hash table besides its values.
  private static final long OVERHEAD_BYTES = 96;

  private final Value[] values;
  private final ValueComparator[] comparators;
  private final ConversionContext context;
  private final int hash;

  public KeyTuple(Value[] values, ValueComparator[] comparators, ConversionContext context) {
    this.values = values;
    this.comparators = comparators;
    this.context = context;
    int computed = 1;
    for (int i = 0; i < values.length; i++) {
      computed = computed * 31 + (values[i].isNull() ? 0 : comparators[i].hash(context, values[i]));
    }
    this.hash = computed;
  }

  private KeyTuple(
      Value[] values, ValueComparator[] comparators, ConversionContext context, int hash) {
    this.values = values;
    this.comparators = comparators;
    this.context = context;
    this.hash = hash;
  }

  /// The key of a row that was kept.
  public static KeyTuple of(
      StoredRow row, ValueComparator[] comparators, ConversionContext context) {
    return new KeyTuple(row.keys(), comparators, context, row.hash());
  }

  /// About how much memory it takes as a key of a hash table.
  public long sizeBytes() {
    return OVERHEAD_BYTES + ValueCodec.sizeOf(values);
  }

  public Value[] values() {
    return values;
  }

  /// Whether a value is NULL, so that nothing equals it in a join.
  public boolean hasNull() {
    for (Value value : values) {
      if (value.isNull()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof KeyTuple that) || that.hash != hash) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      Value a = values[i];
      Value b = that.values[i];
      if (a.isNull() != b.isNull() || (!a.isNull() && comparators[i].compare(context, a, b) != 0)) {
        return false;
      }
    }
    return true;
  }
}
