package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// GROUP_CONCAT: keeps the rows of a group, since they may have to be sorted. The arguments are
/// those that are concatenated, then the sort keys. Confined to the statement's thread.
final class GroupConcat extends Accumulator {
  private final Aggregate aggregate;
  private final List<Value[]> rows = new ArrayList<>();

  GroupConcat(Aggregate aggregate) {
    this.aggregate = aggregate;
  }

  @Override
  void add(EvalContext context, Value[] arguments) {
    rows.add(arguments);
  }

  @Override
  Value result(EvalContext context) {
    if (rows.isEmpty()) {
      return NullValue.NULL;
    }
    sort(context);
    Collation collation = aggregate.type().collation();
    byte[] separator = collation.charset().encode(aggregate.separator());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long limit = context.groupConcatMaxLength();
    for (int i = 0; i < rows.size() && out.size() <= limit; i++) {
      if (i > 0) {
        out.writeBytes(separator);
      }
      for (int part = 0; part < aggregate.arguments().size(); part++) {
        out.writeBytes(rows.get(i)[part].toText().in(collation).bytes());
      }
    }
    byte[] bytes = out.toByteArray();
    if (bytes.length > limit) {
      context.warn(MySqlError.CUT_VALUE_GROUP_CONCAT, rows.size());
      bytes = Arrays.copyOf(bytes, wholeCharacters(bytes, (int) limit, collation));
    }
    return new StringValue(bytes, collation);
  }

  private static int wholeCharacters(byte[] bytes, int limit, Collation collation) {
    int end = 0;
    while (end < limit) {
      int next = end + collation.charset().characterLength(bytes, end);
      if (next > limit) {
        return end;
      }
      end = next;
    }
    return end;
  }

  private void sort(EvalContext context) {
    List<SortKey> keys = aggregate.orderBy();
    if (keys.isEmpty()) {
      return;
    }
    int first = aggregate.arguments().size();
    ValueComparator[] comparators =
        keys.stream()
            .map(k -> ValueComparator.ofType(k.expression().type()))
            .toArray(ValueComparator[]::new);
    rows.sort((a, b) -> {
      for (int i = 0; i < comparators.length; i++) {
        int order = compare(context, comparators[i], a[first + i], b[first + i]);
        if (order != 0) {
          return keys.get(i).descending() ? -order : order;
        }
      }
      return 0;
    });
  }

  /// NULL sorts first.
  static int compare(EvalContext context, ValueComparator comparator, Value a, Value b) {
    if (a.isNull() || b.isNull()) {
      return a.isNull() ? (b.isNull() ? 0 : -1) : 1;
    }
    return comparator.compare(context, a, b);
  }
}
