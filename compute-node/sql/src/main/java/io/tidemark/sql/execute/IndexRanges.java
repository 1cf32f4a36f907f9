package io.tidemark.sql.execute;

import io.tidemark.engine.KeyRange;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.KeyBuilder;
import io.tidemark.sql.table.KeyPart;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The key ranges of an index that a condition leaves: points for its first columns, then possibly
/// intervals for the next one. Immutable; evaluated for each opening of a scan.
///
/// @param parts for each of the first columns of the index, the intervals of which one must hold;
///   all but the last have points only
public record IndexRanges(int indexNo, List<List<Interval>> parts) {
  public IndexRanges {
    parts = List.copyOf(parts);
  }

  /// An interval of one column's values. Without `low` and `high` every value but NULL.
  ///
  /// @param point `column = low`; `high` is not used
  /// @param nullMatches a NULL in `low` of a point means the rows with NULL (`<=>`, IS NULL)
  public record Interval(
      Optional<BoundExpression> low,
      boolean lowInclusive,
      Optional<BoundExpression> high,
      boolean highInclusive,
      boolean point,
      boolean nullMatches) {
    public static Interval point(BoundExpression value, boolean nullMatches) {
      return new Interval(Optional.of(value), true, Optional.empty(), true, true, nullMatches);
    }
  }

  /// Whether all of the index is read.
  public boolean isAll() {
    return parts.isEmpty();
  }

  public boolean isAllPoints() {
    return parts.stream().allMatch(p -> p.stream().allMatch(Interval::point));
  }

  /// The ranges, in key order, none overlapping another; empty if no row can match.
  List<KeyRange> build(Execution execution, BaseTable table) {
    if (parts.isEmpty()) {
      return List.of(KeyRange.all());
    }
    List<KeyRange> ranges = new ArrayList<>();
    new Builder(execution, table, this, ranges).expand(0, new ArrayList<>());
    return ranges.size() < 2 ? ranges : merged(ranges);
  }

  private static List<KeyRange> merged(List<KeyRange> ranges) {
    ranges.sort((a, b) -> compareLow(a.low(), b.low()));
    List<KeyRange> out = new ArrayList<>();
    KeyRange last = ranges.getFirst();
    for (KeyRange next : ranges.subList(1, ranges.size())) {
      if (touches(last, next)) {
        last = higher(last, next);
      } else {
        out.add(last);
        last = next;
      }
    }
    out.add(last);
    return out;
  }

  private static int compareLow(byte @Nullable [] a, byte @Nullable [] b) {
    if (a == null || b == null) {
      return a == null ? (b == null ? 0 : -1) : 1;
    }
    return Arrays.compareUnsigned(a, b);
  }

  private static boolean touches(KeyRange a, KeyRange b) {
    byte[] high = a.high();
    byte[] low = b.low();
    if (high == null || low == null) {
      return true;
    }
    int order = Arrays.compareUnsigned(low, high);
    return order < 0 || (order == 0 && a.highInclusive() && b.lowInclusive());
  }

  /// Both ranges as one.
  private static KeyRange higher(KeyRange a, KeyRange b) {
    byte[] one = a.high();
    byte[] other = b.high();
    if (one == null || other == null) {
      return KeyRange.of(a.low(), a.lowInclusive(), null, true);
    }
    int order = Arrays.compareUnsigned(one, other);
    boolean inclusive =
        order == 0 ? a.highInclusive() || b.highInclusive() : (order > 0 ? a : b).highInclusive();
    return KeyRange.of(a.low(), a.lowInclusive(), order >= 0 ? one : other, inclusive);
  }

  /// Makes the ranges of one opening.
  private static final class Builder {
    private final Execution execution;
    private final EvalContext context;
    private final ZoneId zone;
    private final KeyBuilder key;
    private final List<KeyPart> keyParts;
    private final IndexRanges ranges;
    private final boolean wholeClusteredKey;
    private final List<KeyRange> out;

    Builder(Execution execution, BaseTable table, IndexRanges ranges, List<KeyRange> out) {
      this.execution = execution;
      this.context = execution.context();
      this.zone = context.timeZone();
      this.key = table.keyCodec(ranges.indexNo()).newBuilder();
      this.keyParts = table.keyCodec(ranges.indexNo()).parts();
      this.ranges = ranges;
      this.wholeClusteredKey = ranges.indexNo() == 0 && ranges.parts().size() == keyParts.size();
      this.out = out;
    }

    void expand(int part, List<Value> prefix) {
      for (Interval interval : ranges.parts().get(part)) {
        if (interval.point()) {
          expandPoint(part, prefix, interval);
        } else {
          interval(part, prefix, interval);
        }
      }
    }

    private void expandPoint(int part, List<Value> prefix, Interval interval) {
      Value value = interval.low().orElseThrow().evaluate(context, execution);
      if (value.isNull()) {
        if (!interval.nullMatches() || !keyParts.get(part).nullable()) {
          return;
        }
      } else {
        KeyValue found = KeyValue.of(keyParts.get(part).type(), value, context);
        if (!found.usable()) {
          emitPrefix(prefix);
          return;
        }
        if (found.side() != 0) {
          return;
        }
        value = found.value();
      }
      prefix.addLast(value);
      if (part + 1 < ranges.parts().size()) {
        expand(part + 1, prefix);
      } else {
        emitPrefix(prefix);
      }
      prefix.removeLast();
    }

    private void encode(List<Value> values) {
      key.clear();
      for (Value value : values) {
        StoredValues.addKey(key, value, zone);
      }
    }

    private void emitPrefix(List<Value> prefix) {
      if (prefix.isEmpty()) {
        out.add(KeyRange.all());
        return;
      }
      encode(prefix);
      byte[] bytes = key.toBytes();
      boolean whole = wholeClusteredKey && prefix.size() == keyParts.size();
      out.add(whole ? KeyRange.point(bytes) : KeyRange.prefix(bytes));
    }

    private void interval(int part, List<Value> prefix, Interval interval) {
      KeyPart keyPart = keyParts.get(part);
      Optional<Bound> low = bound(interval.low(), keyPart);
      Optional<Bound> high = bound(interval.high(), keyPart);
      if (low.isPresent() && low.get().isNull() || high.isPresent() && high.get().isNull()) {
        return;
      }
      boolean cut = keyPart.prefix() > 0;
      byte[] from =
          low.isPresent()
              ? lowKey(prefix, low.get(), interval.lowInclusive() || cut)
              : start(prefix, keyPart);
      byte[] to =
          high.isPresent()
              ? highKey(prefix, high.get(), interval.highInclusive() || cut)
              : end(prefix, keyPart);
      if (keyPart.descending()) {
        from =
            high.isPresent()
                ? descendingLow(prefix, high.get(), interval.highInclusive() || cut)
                : start(prefix, keyPart);
        to =
            low.isPresent()
                ? descendingHigh(prefix, low.get(), interval.lowInclusive() || cut)
                : end(prefix, keyPart);
      }
      if (from != null && to != null && Arrays.compareUnsigned(from, to) >= 0) {
        return;
      }
      out.add(KeyRange.of(from, true, to, false));
    }

    /// A bound as a value of the column; absent where nothing bounds.
    private Optional<Bound> bound(Optional<BoundExpression> expression, KeyPart keyPart) {
      if (expression.isEmpty()) {
        return Optional.empty();
      }
      Value value = expression.get().evaluate(context, execution);
      if (value.isNull()) {
        return Optional.of(new Bound(NullValue.NULL, 0));
      }
      KeyValue found = KeyValue.of(keyPart.type(), value, context);
      return found.usable()
          ? Optional.of(new Bound(found.value(), found.side()))
          : Optional.empty();
    }

    private byte[] with(List<Value> prefix, Value last) {
      encode(prefix);
      StoredValues.addKey(key, last, zone);
      return key.toBytes();
    }

    /// First key of the values above the bound, or from it on.
    private byte @Nullable [] lowKey(List<Value> prefix, Bound bound, boolean inclusive) {
      byte[] bytes = with(prefix, bound.value());
      boolean from = bound.side() < 0 || (bound.side() == 0 && inclusive);
      return from ? bytes : KeyRange.successorOfPrefix(bytes);
    }

    /// First key behind the values below the bound, or up to it.
    private byte @Nullable [] highKey(List<Value> prefix, Bound bound, boolean inclusive) {
      byte[] bytes = with(prefix, bound.value());
      boolean upTo = bound.side() > 0 || (bound.side() == 0 && inclusive);
      return upTo ? KeyRange.successorOfPrefix(bytes) : bytes;
    }

    private byte @Nullable [] descendingLow(List<Value> prefix, Bound high, boolean inclusive) {
      byte[] bytes = with(prefix, high.value());
      boolean from = high.side() > 0 || (high.side() == 0 && inclusive);
      return from ? bytes : KeyRange.successorOfPrefix(bytes);
    }

    private byte @Nullable [] descendingHigh(List<Value> prefix, Bound low, boolean inclusive) {
      byte[] bytes = with(prefix, low.value());
      boolean upTo = low.side() < 0 || (low.side() == 0 && inclusive);
      return upTo ? KeyRange.successorOfPrefix(bytes) : bytes;
    }

    private byte[] marked(List<Value> prefix, int marker) {
      encode(prefix);
      key.addRaw(new byte[] {(byte) marker}, 0, 1);
      return key.toBytes();
    }

    /// First key behind the NULLs of the part, which no comparison matches.
    private byte @Nullable [] start(List<Value> prefix, KeyPart keyPart) {
      if (keyPart.nullable() && !keyPart.descending()) {
        return marked(prefix, 1);
      }
      encode(prefix);
      return prefix.isEmpty() ? null : key.toBytes();
    }

    private byte @Nullable [] end(List<Value> prefix, KeyPart keyPart) {
      if (keyPart.nullable() && keyPart.descending()) {
        return marked(prefix, 0xFF);
      }
      encode(prefix);
      return prefix.isEmpty() ? null : KeyRange.successorOfPrefix(key.toBytes());
    }

    private record Bound(Value value, int side) {
      boolean isNull() {
        return value.isNull();
      }
    }
  }
}
