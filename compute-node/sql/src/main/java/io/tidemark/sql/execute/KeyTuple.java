package io.tidemark.sql.execute;

import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.Value;

/// Some values as the key of a hash table; NULLs are equal to one another, as in GROUP BY and
/// DISTINCT. Confined to the statement's thread.
final class KeyTuple {
  private final Value[] values;
  private final ValueComparator[] comparators;
  private final EvalContext context;
  private final int hash;

  KeyTuple(Value[] values, ValueComparator[] comparators, EvalContext context) {
    this.values = values;
    this.comparators = comparators;
    this.context = context;
    int computed = 1;
    for (int i = 0; i < values.length; i++) {
      computed = computed * 31 + (values[i].isNull() ? 0 : comparators[i].hash(context, values[i]));
    }
    this.hash = computed;
  }

  Value[] values() {
    return values;
  }

  boolean hasNull() {
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
