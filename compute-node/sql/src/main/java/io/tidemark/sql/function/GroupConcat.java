package io.tidemark.sql.function;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.function.CollationRules.Derived;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// GROUP_CONCAT: the texts of a group, in order if keys are given, cut at `group_concat_max_len`
/// bytes with warning 1260.
final class GroupConcat extends BoundAggregate {
  private static final long RESULT_CHARACTERS = 1024;

  private final int arguments;
  private final Collation collation;
  private final byte[] separator;
  private final ValueComparator[] keys;
  private final boolean[] descending;

  GroupConcat(
      List<Argument> arguments,
      List<Argument> keys,
      List<Boolean> descending,
      StringValue separator,
      BindContext context) {
    this(
        arguments.size(),
        CollationRules.aggregate(arguments, "group_concat", context),
        keys,
        descending,
        separator);
  }

  private GroupConcat(
      int arguments,
      Derived derived,
      List<Argument> keys,
      List<Boolean> descending,
      StringValue separator) {
    super(SqlType.stringOf(RESULT_CHARACTERS, derived.collation()), derived.coercibility());
    this.arguments = arguments;
    this.collation = derived.collation();
    this.separator = CollationRules.bytes(separator, collation);
    this.keys =
        keys.stream().map(a -> ValueComparator.ofType(a.type())).toArray(ValueComparator[]::new);
    this.descending = new boolean[keys.size()];
    for (int i = 0; i < this.descending.length; i++) {
      this.descending[i] = descending.get(i);
    }
  }

  @Override
  public Accumulator newAccumulator() {
    return keys.length == 0 ? new Appending() : new Sorting();
  }

  private byte[] text(Value[] row) {
    if (arguments == 1) {
      return CollationRules.bytes(row[0], collation);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < arguments; i++) {
      out.writeBytes(CollationRules.bytes(row[i], collation));
    }
    return out.toByteArray();
  }

  private boolean hasNull(Value[] row) {
    for (int i = 0; i < arguments; i++) {
      if (row[i].isNull()) {
        return true;
      }
    }
    return false;
  }

  private int compare(EvalContext context, Value[] a, Value[] b) {
    for (int i = 0; i < keys.length; i++) {
      Value x = a[arguments + i];
      Value y = b[arguments + i];
      int order =
          x.isNull() || y.isNull()
              ? Boolean.compare(y.isNull(), x.isNull())
              : keys[i].compare(context, x, y);
      if (order != 0) {
        return descending[i] ? -order : order;
      }
    }
    return 0;
  }

  /// Rows in the order they come.
  private final class Appending implements Accumulator {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private boolean found;
    private boolean cut;
    private long rows;

    @Override
    public void add(EvalContext context, Value[] row) {
      rows++;
      if (cut || hasNull(row)) {
        return;
      }
      if (found) {
        out.writeBytes(separator);
      }
      found = true;
      out.writeBytes(text(row));
      if (out.size() > context.groupConcatMaxLength()) {
        cut = true;
        context.warn(MySqlError.CUT_VALUE_GROUP_CONCAT, rows);
      }
    }

    @Override
    public Value result(EvalContext context) {
      if (!found) {
        return NullValue.NULL;
      }
      byte[] bytes = out.toByteArray();
      int limit = (int) Math.min(bytes.length, context.groupConcatMaxLength());
      if (limit < bytes.length) {
        int end = 0;
        while (end + collation.charset().characterLength(bytes, end) <= limit) {
          end += collation.charset().characterLength(bytes, end);
        }
        bytes = Arrays.copyOf(bytes, end);
      }
      return new StringValue(bytes, collation);
    }
  }

  /// Rows sorted by the keys, equal ones in the order they came.
  private final class Sorting implements Accumulator {
    private final List<Value[]> rows = new ArrayList<>();

    @Override
    public void add(EvalContext context, Value[] row) {
      if (!hasNull(row)) {
        rows.add(row.clone());
      }
    }

    @Override
    public Value result(EvalContext context) {
      rows.sort((a, b) -> compare(context, a, b));
      Appending appending = new Appending();
      for (Value[] row : rows) {
        appending.add(context, row);
      }
      return appending.result(context);
    }
  }
}
