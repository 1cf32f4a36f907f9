package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.MemoryShare;
import io.tidemark.sql.spill.RowSort;
import io.tidemark.sql.spill.StoredRow;
import io.tidemark.sql.spill.WorkMemory;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;

/// Sorts rows. With a small limit only that many rows are kept, as long as they fit into memory;
/// all else is an external sort ([RowSort]).
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

  private static final class SortedRows implements RowSource {
    private final Execution execution;
    private final Sorting sorting;
    private final int[] slots;
    private final RowSort runs;
    private final Iterator<StoredRow> first;

    SortedRows(Sorting sorting, Execution execution) {
      this.sorting = sorting;
      this.execution = execution;
      this.slots = sorting.rowSlots.stream().mapToInt(Integer::intValue).toArray();
      Comparator<StoredRow> order = order();
      WorkMemory memory = execution.workMemory();
      this.runs = new RowSort(memory, memory.sortShare(), order);
      this.first = read(wanted(), order);
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

    private Comparator<StoredRow> order() {
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
          int order = comparators[i].compareNullable(context, a.keys()[i], b.keys()[i]);
          if (order != 0) {
            return descending[i] ? -order : order;
          }
        }
        return Long.compare(a.number(), b.number());
      };
    }

    private StoredRow row(long number) {
      Value[] keys = new Value[sorting.keys.size()];
      for (int i = 0; i < keys.length; i++) {
        keys[i] = sorting.keys.get(i).expression().evaluate(execution);
      }
      return new StoredRow(number, 0, keys, execution.save(slots));
    }

    /// Reads the input; the rows are in the answer if few are wanted, else in `runs`.
    private Iterator<StoredRow> read(long wanted, Comparator<StoredRow> order) {
      PriorityQueue<StoredRow> best =
          wanted <= SMALL_LIMIT ? new PriorityQueue<>(order.reversed()) : null;
      if (wanted == 0) {
        return Collections.emptyIterator();
      }
      MemoryShare share = execution.workMemory().sortShare();
      try (RowSource source = sorting.input.open(execution)) {
        for (long number = 0; source.next(); number++) {
          execution.checkInterrupt();
          StoredRow row = row(number);
          if (best == null) {
            runs.add(row);
          } else if (!keep(row, best, wanted, order, share)) {
            best.forEach(runs::add);
            best = null;
            share.release();
          }
        }
        runs.finish();
      } catch (RuntimeException failure) {
        runs.close();
        throw failure;
      } finally {
        share.release();
      }
      if (best == null) {
        return Collections.emptyIterator();
      }
      List<StoredRow> rows = new ArrayList<>(best);
      rows.sort(order);
      return rows.iterator();
    }

    /// Adds a row to the best ones if it is one of them; false if they take too much memory.
    private static boolean keep(
        StoredRow row,
        PriorityQueue<StoredRow> best,
        long wanted,
        Comparator<StoredRow> order,
        MemoryShare share) {
      if (best.size() == wanted) {
        if (order.compare(row, best.element()) >= 0) {
          return true;
        }
        share.give(best.remove().sizeBytes());
      }
      best.add(row);
      return share.tryTake(row.sizeBytes());
    }

    @Override
    public boolean next() {
      StoredRow row = first.hasNext() ? first.next() : runs.next();
      if (row == null) {
        return false;
      }
      execution.restore(slots, row.values());
      return true;
    }

    @Override
    public void close() {
      runs.close();
    }
  }
}
