package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// Sorts rows. With a small limit only that many rows are kept.
///
/// @param rowSlots slots that what follows reads
/// @param limit rows beyond it are not needed
public record Sorting(
    PlanNode input, List<SortKey> keys, List<Integer> rowSlots, BoundQuery.Limit limit)
    implements PlanNode {
  private static final int SMALL_LIMIT = 10_000;

  @Override
  public RowSource open(Execution execution) {
    return new SortedRows(this, execution);
  }

  @Override
  public double estimatedRows() {
    return input.estimatedRows();
  }

  @Override
  public double estimatedCost() {
    return input.estimatedCost() + input.estimatedRows();
  }

  @Override
  public String describe() {
    StringBuilder text = new StringBuilder("Sort: ");
    for (int i = 0; i < keys.size(); i++) {
      text.append(i == 0 ? "" : ", ")
          .append(ExpressionText.of(keys.get(i).expression()))
          .append(keys.get(i).descending() ? " DESC" : "");
    }
    return text.toString();
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of(input);
  }

  /// A row with its sort keys in front.
  private record Entry(Row row, long number) {}

  private static final class Row {
    private final Value[] keys;
    private final Value[] slots;

    Row(Value[] keys, Value[] slots) {
      this.keys = keys;
      this.slots = slots;
    }
  }

  private static final class SortedRows implements RowSource {
    private final Execution execution;
    private final int[] slots;
    private final Iterator<Entry> rows;
    private final Sorting sorting;

    SortedRows(Sorting sorting, Execution execution) {
      this.sorting = sorting;
      this.execution = execution;
      this.slots = sorting.rowSlots.stream().mapToInt(Integer::intValue).toArray();
      long wanted = wanted();
      Comparator<Entry> order = order();
      this.rows = wanted <= SMALL_LIMIT ? first((int) wanted, order) : all(order);
    }

    /// How many rows are needed at most.
    private long wanted() {
      if (sorting.limit.count().isEmpty()) {
        return Long.MAX_VALUE;
      }
      long count = Nodes.number(sorting.limit.count(), execution, Long.MAX_VALUE);
      long offset = Nodes.number(sorting.limit.offset(), execution, 0);
      return count > Long.MAX_VALUE - offset ? Long.MAX_VALUE : count + offset;
    }

    private Comparator<Entry> order() {
      EvalContext context = execution.context();
      ValueComparator[] comparators =
          sorting.keys.stream()
              .map(k -> ValueComparator.ofType(k.expression().type()))
              .toArray(ValueComparator[]::new);
      boolean[] descending = new boolean[comparators.length];
      for (int i = 0; i < descending.length; i++) {
        descending[i] = sorting.keys.get(i).descending();
      }
      return (a, b) -> {
        for (int i = 0; i < comparators.length; i++) {
          int order =
              GroupConcat.compare(context, comparators[i], a.row().keys[i], b.row().keys[i]);
          if (order != 0) {
            return descending[i] ? -order : order;
          }
        }
        return Long.compare(a.number(), b.number());
      };
    }

    private Entry entry(long number) {
      Value[] keys = new Value[sorting.keys.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = sorting.keys.get(i).expression().evaluate(execution);
      }
      return new Entry(new Row(keys, execution.save(slots)), number);
    }

    private Iterator<Entry> all(Comparator<Entry> order) {
      List<Entry> list = new ArrayList<>();
      try (RowSource source = sorting.input.open(execution)) {
        while (source.next()) {
          execution.checkInterrupt();
          list.add(entry(list.size()));
        }
      }
      list.sort(order);
      return list.iterator();
    }

    private Iterator<Entry> first(int count, Comparator<Entry> order) {
      PriorityQueue<Entry> queue = new PriorityQueue<>(Math.max(1, count), order.reversed());
      long number = 0;
      try (RowSource source = sorting.input.open(execution)) {
        while (count > 0 && source.next()) {
          execution.checkInterrupt();
          Entry entry = entry(number++);
          if (queue.size() < count) {
            queue.add(entry);
          } else if (order.compare(entry, queue.element()) < 0) {
            queue.poll();
            queue.add(entry);
          }
        }
      }
      List<Entry> list = new ArrayList<>(queue);
      list.sort(order);
      return list.iterator();
    }

    @Override
    public boolean next() {
      if (!rows.hasNext()) {
        return false;
      }
      execution.restore(slots, rows.next().row().slots);
      return true;
    }
  }
}
