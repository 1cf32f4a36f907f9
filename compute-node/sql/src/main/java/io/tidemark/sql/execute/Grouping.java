package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.Value;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Groups rows and computes aggregates. After each step the slots hold the group's first row and
/// the aggregates' results.
///
/// @param keys expressions of GROUP BY; empty means one group of all rows
/// @param rowSlots slots that what follows reads of a group's row
/// @param sorted whether the input comes ordered by the keys, so that one group is kept at a time
public record Grouping(
    PlanNode input,
    List<BoundExpression> keys,
    List<Aggregate> aggregates,
    List<Integer> rowSlots,
    boolean sorted,
    double estimatedRows)
    implements PlanNode {

  @Override
  public RowSource open(Execution execution) {
    return sorted && !keys.isEmpty()
        ? new SortedGroups(this, execution)
        : new HashGroups(this, execution);
  }

  @Override
  public double estimatedCost() {
    return input.estimatedCost();
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder();
    text.append(keys.isEmpty() ? "Aggregate: " : "Group aggregate: ");
    for (int i = 0; i < aggregates.size(); i++) {
      Aggregate aggregate = aggregates.get(i);
      text.append(i == 0 ? "" : ", ")
          .append(aggregate.function().toLowerCase(java.util.Locale.ROOT))
          .append('(')
          .append(aggregate.distinct() ? "distinct " : "")
          .append(
              aggregate.arguments().isEmpty()
                  ? "0"
                  : ExpressionText.of(aggregate.arguments().getFirst()))
          .append(')');
    }
    return text.toString();
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of(input);
  }

  int[] rowSlotArray() {
    return rowSlots.stream().mapToInt(Integer::intValue).toArray();
  }

  ValueComparator[] comparators() {
    return keys.stream().map(k -> ValueComparator.ofType(k.type())).toArray(ValueComparator[]::new);
  }

  KeyTuple key(Execution execution, ValueComparator[] comparators) {
    Value[] values = new Value[keys.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = keys.get(i).evaluate(execution);
    }
    return new KeyTuple(values, comparators, execution.context());
  }

  /// One group: a row of it and the state of its aggregates.
  private static final class Group {
    private final Grouping grouping;
    private final Value[] row;
    private final Accumulator[] accumulators;
    private final Object[] seen;

    Group(Grouping grouping, Value[] row) {
      this.grouping = grouping;
      this.row = row;
      int count = grouping.aggregates.size();
      this.accumulators = new Accumulator[count];
      this.seen = new Object[count];
      for (int i = 0; i < count; i++) {
        Aggregate aggregate = grouping.aggregates.get(i);
        accumulators[i] = Accumulator.of(aggregate);
        seen[i] = aggregate.distinct() ? new HashSet<KeyTuple>() : Set.of();
      }
    }

    void add(Execution execution) {
      for (int i = 0; i < accumulators.length; i++) {
        add(i, execution);
      }
    }

    private void add(int number, Execution execution) {
      Aggregate aggregate = grouping.aggregates.get(number);
      List<BoundExpression> arguments = aggregate.arguments();
      List<SortKey> order = aggregate.orderBy();
      EvalContext context = execution.context();
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
      if (aggregate.distinct() && !isNew(number, values, arguments, context)) {
        return;
      }
      accumulators[number].add(context, values);
    }

    @SuppressWarnings("unchecked")
    private boolean isNew(
        int number, Value[] values, List<BoundExpression> arguments, EvalContext context) {
      ValueComparator[] comparators =
          arguments.stream()
              .map(a -> ValueComparator.ofType(a.type()))
              .toArray(ValueComparator[]::new);
      Value[] key = java.util.Arrays.copyOf(values, arguments.size());
      return ((Set<KeyTuple>) seen[number]).add(new KeyTuple(key, comparators, context));
    }

    void show(Execution execution, int[] slots) {
      execution.restore(slots, row);
      for (int i = 0; i < accumulators.length; i++) {
        execution.setSlot(
            grouping.aggregates.get(i).slot(), accumulators[i].result(execution.context()));
      }
    }
  }

  /// All groups in a hash table, in the order of their first rows.
  private static final class HashGroups implements RowSource {
    private final Execution execution;
    private final int[] slots;
    private final Iterator<Group> groups;

    HashGroups(Grouping grouping, Execution execution) {
      this.execution = execution;
      this.slots = grouping.rowSlotArray();
      Map<KeyTuple, Group> table = new LinkedHashMap<>();
      ValueComparator[] comparators = grouping.comparators();
      Group only = null;
      try (RowSource rows = grouping.input.open(execution)) {
        while (rows.next()) {
          execution.checkInterrupt();
          Group group;
          if (grouping.keys.isEmpty()) {
            if (only == null) {
              only = new Group(grouping, execution.save(slots));
            }
            group = only;
          } else {
            group =
                table.computeIfAbsent(
                    grouping.key(execution, comparators),
                    _ -> new Group(grouping, execution.save(slots)));
          }
          group.add(execution);
        }
      }
      if (grouping.keys.isEmpty()) {
        if (only == null) {
          execution.clear(slots);
          only = new Group(grouping, execution.save(slots));
        }
        this.groups = List.of(only).iterator();
      } else {
        this.groups = table.values().iterator();
      }
    }

    @Override
    public boolean next() {
      if (!groups.hasNext()) {
        return false;
      }
      groups.next().show(execution, slots);
      return true;
    }
  }

  /// One group at a time.
  private static final class SortedGroups implements RowSource {
    private final Grouping grouping;
    private final Execution execution;
    private final int[] slots;
    private final ValueComparator[] comparators;
    private final RowSource rows;
    private boolean ahead;
    private Value[] pending = {};

    SortedGroups(Grouping grouping, Execution execution) {
      this.grouping = grouping;
      this.execution = execution;
      this.slots = grouping.rowSlotArray();
      this.comparators = grouping.comparators();
      this.rows = grouping.input.open(execution);
      this.ahead = rows.next();
    }

    @Override
    public boolean next() {
      if (!ahead) {
        return false;
      }
      if (pending.length > 0) {
        execution.restore(slots, pending);
      }
      KeyTuple key = grouping.key(execution, comparators);
      Group group = new Group(grouping, execution.save(slots));
      do {
        group.add(execution);
        execution.checkInterrupt();
        ahead = rows.next();
      } while (ahead && grouping.key(execution, comparators).equals(key));
      if (ahead) {
        pending = execution.save(slots);
      }
      group.show(execution, slots);
      return true;
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
