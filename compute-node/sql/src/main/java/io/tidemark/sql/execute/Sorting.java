package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.execute.SortRuns.SortedRow;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Sorts rows. With a small limit only that many rows are kept; else what exceeds
/// `sort_buffer_size` goes to temporary files ([SortRuns]).
///
/// @param rowSlots slots that what follows reads
/// @param limit rows beyond it are not needed
public record Sorting(
    PlanNode input, List<SortKey> keys, List<Integer> rowSlots, BoundQuery.Limit limit)
    implements PlanNode {
  private static final int SMALL_LIMIT = 10_000;

  /// Below this a sort stays in memory whatever `sort_buffer_size` says.
  private static final long LEAST_BUDGET_BYTES = 4 << 20;

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

  private static final class SortedRows implements RowSource {
    private final Execution execution;
    private final Sorting sorting;
    private final int[] slots;
    private final @Nullable SortRuns runs;
    private final Iterator<SortedRow> first;

    SortedRows(Sorting sorting, Execution execution) {
      this.sorting = sorting;
      this.execution = execution;
      this.slots = sorting.rowSlots.stream().mapToInt(Integer::intValue).toArray();
      long wanted = wanted();
      Comparator<SortedRow> order = order();
      if (wanted <= SMALL_LIMIT) {
        this.runs = null;
        this.first = first((int) wanted, order);
      } else {
        this.runs = all(order);
        this.first = Collections.emptyIterator();
      }
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

    private Comparator<SortedRow> order() {
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
          int order = GroupConcat.compare(context, comparators[i], a.keys()[i], b.keys()[i]);
          if (order != 0) {
            return descending[i] ? -order : order;
          }
        }
        return Long.compare(a.number(), b.number());
      };
    }

    private Value[] keys() {
      Value[] keys = new Value[sorting.keys.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = sorting.keys.get(i).expression().evaluate(execution);
      }
      return keys;
    }

    private SortRuns all(Comparator<SortedRow> order) {
      long budget = Math.max(LEAST_BUDGET_BYTES, execution.session().settings().sortBufferSize());
      SortRuns sorted = new SortRuns(order, budget);
      try (RowSource source = sorting.input.open(execution)) {
        while (source.next()) {
          execution.checkInterrupt();
          sorted.add(keys(), execution.save(slots));
        }
        sorted.finish();
        return sorted;
      } catch (RuntimeException failure) {
        sorted.close();
        throw failure;
      }
    }

    private Iterator<SortedRow> first(int count, Comparator<SortedRow> order) {
      PriorityQueue<SortedRow> queue = new PriorityQueue<>(Math.max(1, count), order.reversed());
      long number = 0;
      try (RowSource source = sorting.input.open(execution)) {
        while (count > 0 && source.next()) {
          execution.checkInterrupt();
          SortedRow row = new SortedRow(keys(), execution.save(slots), number++);
          if (queue.size() < count) {
            queue.add(row);
          } else if (order.compare(row, queue.element()) < 0) {
            queue.poll();
            queue.add(row);
          }
        }
      }
      List<SortedRow> list = new ArrayList<>(queue);
      list.sort(order);
      return list.iterator();
    }

    @Override
    public boolean next() {
      SortRuns sorted = runs;
      SortedRow row = sorted != null ? sorted.next() : first.hasNext() ? first.next() : null;
      if (row == null) {
        return false;
      }
      execution.restore(slots, row.slots());
      return true;
    }

    @Override
    public void close() {
      SortRuns sorted = runs;
      if (sorted != null) {
        sorted.close();
      }
    }
  }
}
