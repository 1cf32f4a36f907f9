package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.DistinctRows;
import io.tidemark.sql.spill.MemoryShare;
import io.tidemark.sql.spill.RowSort;
import io.tidemark.sql.spill.StoredRow;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Groups and the states of their aggregates. What may grow without bound is not kept with a group
/// but once for all groups, in collections that go to files: for each DISTINCT aggregate the
/// arguments that were seen, for each aggregate the arguments that come late
/// ([Accumulator#addLate]). Confined to the statement's thread.
final class GroupStates implements AutoCloseable {
  private static final int GROUP_BYTES = 64;
  private static final int ACCUMULATOR_BYTES = 64;
  private static final ValueComparator BY_PLACE = ValueComparator.ofType(SqlType.BIGINT);

  private final Execution execution;
  private final EvalContext context;
  private final List<Aggregate> aggregates;
  private final MemoryShare share;
  private final List<Group> groups = new ArrayList<>();
  private final @Nullable DistinctRows[] filters;
  private final @Nullable LateRows[] late;

  /// One group.
  static final class Group {
    private final Value place;
    private final long number;
    private final Value[] row;
    private final Accumulator[] accumulators;

    Group(int place, long number, Value[] row, List<Aggregate> aggregates) {
      this.place = IntValue.of(place);
      this.number = number;
      this.row = row;
      this.accumulators = new Accumulator[aggregates.size()];
      for (int i = 0; i < accumulators.length; i++) {
        accumulators[i] = Accumulator.of(aggregates.get(i));
      }
    }

    /// The number of its first row.
    long number() {
      return number;
    }
  }

  GroupStates(Grouping grouping, Execution execution) {
    this.execution = execution;
    this.context = execution.context();
    this.aggregates = grouping.aggregates();
    this.share = execution.workMemory().tableShare();
    this.filters = new DistinctRows[aggregates.size()];
    this.late = new LateRows[aggregates.size()];
  }

  /// Begins a group of which `row` is the first row; null if there is no room for it. The first
  /// group always has room.
  ///
  /// @param keyBytes what the caller keeps of it besides
  @Nullable Group tryBegin(Value[] row, long number, long keyBytes) {
    long size =
        GROUP_BYTES
            + (long) ACCUMULATOR_BYTES * aggregates.size()
            + StoredRow.sizeBytes(row)
            + keyBytes;
    if (!share.tryTake(size) && !groups.isEmpty()) {
      return null;
    }
    return begin(row, number);
  }

  /// Begins the only group.
  Group begin(Value[] row, long number) {
    Group group = new Group(groups.size(), number, row, aggregates);
    groups.add(group);
    return group;
  }

  /// The groups in the order they began.
  List<Group> groups() {
    return groups;
  }

  /// Takes the row that is in the slots.
  void add(Group group) {
    for (int i = 0; i < aggregates.size(); i++) {
      add(i, group);
    }
  }

  private void add(int number, Group group) {
    Aggregate aggregate = aggregates.get(number);
    List<BoundExpression> arguments = aggregate.arguments();
    List<SortKey> order = aggregate.orderBy();
    Value[] values = new Value[arguments.size() + order.size()];
    for (int i = 0; i < arguments.size(); i++) {
      values[i] = arguments.get(i).evaluate(context, execution);
      if (values[i].isNull()) {
        return;
      }
    }
    for (int i = 0; i < order.size(); i++) {
      values[arguments.size() + i] = order.get(i).expression().evaluate(context, execution);
    }
    if (aggregate.distinct()) {
      Value[] key = placed(group, values, arguments.size());
      if (!filter(number).add(key, () -> placed(group, values, values.length))) {
        return;
      }
    }
    accumulate(number, group, values);
  }

  /// The first `count` values, and before them the group.
  private static Value[] placed(Group group, Value[] values, int count) {
    Value[] placed = new Value[count + 1];
    placed[0] = group.place;
    System.arraycopy(values, 0, placed, 1, count);
    return placed;
  }

  private static int place(Value value) {
    return (int) ((IntValue) value).value();
  }

  private DistinctRows filter(int number) {
    DistinctRows filter = filters[number];
    if (filter == null) {
      List<BoundExpression> arguments = aggregates.get(number).arguments();
      ValueComparator[] comparators = new ValueComparator[arguments.size() + 1];
      comparators[0] = BY_PLACE;
      for (int i = 0; i < arguments.size(); i++) {
        comparators[i + 1] = ValueComparator.ofType(arguments.get(i).type());
      }
      filter = new DistinctRows(execution.workMemory(), comparators, context);
      filters[number] = filter;
    }
    return filter;
  }

  private void accumulate(int number, Group group, Value[] values) {
    if (!group.accumulators[number].add(context, values, share)) {
      LateRows rows = late[number];
      if (rows == null) {
        rows = new LateRows(aggregates.get(number), execution);
        late[number] = rows;
      }
      rows.add(group, values);
    }
  }

  /// All rows were added.
  void finish() {
    for (int i = 0; i < filters.length; i++) {
      DistinctRows filter = filters[i];
      if (filter != null) {
        for (Value[] row = filter.nextDeferred(); row != null; row = filter.nextDeferred()) {
          execution.checkInterrupt();
          Group group = groups.get(place(row[0]));
          accumulate(i, group, Arrays.copyOfRange(row, 1, row.length));
        }
        filter.close();
      }
    }
    for (LateRows rows : late) {
      if (rows != null) {
        rows.finish();
      }
    }
  }

  /// Puts a group's row into `slots` and its results into theirs. Groups must be shown in the order
  /// they began.
  void show(Group group, int[] slots) {
    execution.restore(slots, group.row);
    for (int i = 0; i < aggregates.size(); i++) {
      Accumulator accumulator = group.accumulators[i];
      LateRows rows = late[i];
      if (rows != null) {
        rows.giveTo(group, accumulator);
      }
      execution.setSlot(aggregates.get(i).slot(), accumulator.result(context));
    }
  }

  @Override
  public void close() {
    groups.clear();
    share.release();
    for (DistinctRows filter : filters) {
      if (filter != null) {
        filter.close();
      }
    }
    for (LateRows rows : late) {
      if (rows != null) {
        rows.close();
      }
    }
  }

  /// Late arguments of one aggregate: by group, then by the aggregate's sort keys.
  private static final class LateRows implements AutoCloseable {
    private final Execution execution;
    private final int arguments;
    private final RowSort sort;
    private long count;
    private @Nullable StoredRow head;

    LateRows(Aggregate aggregate, Execution execution) {
      this.execution = execution;
      this.arguments = aggregate.arguments().size();
      this.sort =
          new RowSort(
              execution.workMemory(),
              execution.workMemory().sortShare(),
              order(aggregate.orderBy(), execution.context()));
    }

    private static Comparator<StoredRow> order(List<SortKey> keys, EvalContext context) {
      ValueComparator[] comparators =
          keys.stream()
              .map(k -> ValueComparator.ofType(k.expression().type()))
              .toArray(ValueComparator[]::new);
      return (a, b) -> {
        int groups = Integer.compare(place(a.keys()[0]), place(b.keys()[0]));
        if (groups != 0) {
          return groups;
        }
        for (int i = 0; i < comparators.length; i++) {
          int order = comparators[i].compareNullable(context, a.keys()[i + 1], b.keys()[i + 1]);
          if (order != 0) {
            return keys.get(i).descending() ? -order : order;
          }
        }
        return Long.compare(a.number(), b.number());
      };
    }

    void add(Group group, Value[] values) {
      Value[] keys = new Value[values.length - arguments + 1];
      keys[0] = group.place;
      System.arraycopy(values, arguments, keys, 1, values.length - arguments);
      sort.add(new StoredRow(count++, 0, keys, Arrays.copyOf(values, arguments)));
    }

    void finish() {
      sort.finish();
      head = sort.next();
    }

    void giveTo(Group group, Accumulator accumulator) {
      StoredRow row = head;
      while (row != null && place(row.keys()[0]) == place(group.place)) {
        execution.checkInterrupt();
        accumulator.addLate(execution.context(), row.values());
        row = sort.next();
      }
      head = row;
    }

    @Override
    public void close() {
      sort.close();
    }
  }
}
