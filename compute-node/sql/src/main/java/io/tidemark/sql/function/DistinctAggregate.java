package io.tidemark.sql.function;

import io.tidemark.sql.value.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// An aggregate over different arguments only. Rows with a NULL among their arguments do not count.
final class DistinctAggregate extends BoundAggregate {
  private final BoundAggregate inner;
  private final ValueComparator[] comparators;

  DistinctAggregate(BoundAggregate inner, List<Argument> arguments) {
    super(inner.type(), inner.coercibility());
    this.inner = inner;
    this.comparators =
        arguments.stream()
            .map(a -> ValueComparator.ofType(a.type()))
            .toArray(ValueComparator[]::new);
  }

  @Override
  public Accumulator newAccumulator() {
    return new Distinct(inner.newAccumulator());
  }

  /// Remembers every combination that it saw.
  private final class Distinct implements Accumulator {
    private final Accumulator accumulator;
    private final Set<Key> seen = new HashSet<>();

    Distinct(Accumulator accumulator) {
      this.accumulator = accumulator;
    }

    @Override
    public void add(EvalContext context, Value[] arguments) {
      for (int i = 0; i < comparators.length; i++) {
        if (arguments[i].isNull()) {
          return;
        }
      }
      if (seen.add(new Key(context, arguments.clone(), comparators))) {
        accumulator.add(context, arguments);
      }
    }

    @Override
    public Value result(EvalContext context) {
      return accumulator.result(context);
    }
  }

  /// Arguments that are equal if their types say so.
  private static final class Key {
    private final EvalContext context;
    private final Value[] values;
    private final ValueComparator[] comparators;
    private final int hash;

    Key(EvalContext context, Value[] values, ValueComparator[] comparators) {
      this.context = context;
      this.values = values;
      this.comparators = comparators;
      int sum = 1;
      for (int i = 0; i < comparators.length; i++) {
        sum = 31 * sum + comparators[i].hash(context, values[i]);
      }
      this.hash = sum;
    }

    @Override
    public boolean equals(Object other) {
      if (!(other instanceof Key that) || that.hash != hash) {
        return false;
      }
      for (int i = 0; i < comparators.length; i++) {
        if (comparators[i].compare(context, values[i], that.values[i]) != 0) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }
}
