package io.tidemark.sql.execute;

import io.tidemark.sql.execute.GroupStates.Group;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.spill.Partitions;
import io.tidemark.sql.spill.Partitions.Partition;
import io.tidemark.sql.spill.RowSort;
import io.tidemark.sql.spill.SpillFile;
import io.tidemark.sql.spill.StoredRow;
import io.tidemark.sql.spill.WorkMemory;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// All groups, in the order of their first rows. Those that fit into memory are complete when the
/// input ends, and began before all others. The others are made afterwards, partition by partition,
/// and sorted by the number of their first row. Confined to the statement's thread.
final class HashGroups implements RowSource {
  private final Grouping grouping;
  private final Execution execution;
  private final int[] slots;
  private final int[] shownSlots;
  private final ValueComparator[] comparators;
  private final GroupTable first;
  private int shown;
  private @Nullable RowSort others;

  HashGroups(Grouping grouping, Execution execution) {
    this.grouping = grouping;
    this.execution = execution;
    this.slots = grouping.rowSlotArray();
    this.shownSlots =
        IntStream.concat(
                IntStream.of(slots), grouping.aggregates().stream().mapToInt(a -> a.slot()))
            .toArray();
    this.comparators = grouping.comparators();
    this.first = new GroupTable(grouping, execution, slots, 0);
    try (RowSource rows = grouping.input().open(execution)) {
      for (long number = 0; rows.next(); number++) {
        execution.checkInterrupt();
        first.add(grouping.key(execution, comparators), number);
      }
      first.finish();
    } catch (RuntimeException failure) {
      close();
      throw failure;
    }
  }

  @Override
  public boolean next() {
    if (shown < first.groups().size()) {
      first.show(first.groups().get(shown++));
      return true;
    }
    Partitions rest = first.rest();
    if (rest == null) {
      return false;
    }
    RowSort sort = others;
    if (sort == null) {
      shown = 0;
      first.close();
      sort = aggregate(rest);
      others = sort;
    }
    StoredRow row = sort.next();
    if (row == null) {
      return false;
    }
    execution.restore(shownSlots, row.values());
    return true;
  }

  private RowSort aggregate(Partitions rest) {
    WorkMemory memory = execution.workMemory();
    RowSort results = new RowSort(memory, memory.tableShare(), RowSort.BY_NUMBER);
    Deque<Partition> work = new ArrayDeque<>();
    rest.pushTo(work);
    while (!work.isEmpty()) {
      try (Partition part = work.pop();
          GroupTable table = new GroupTable(grouping, execution, slots, part.level() + 1)) {
        aggregate(part.file().read(), table, results);
        Partitions more = table.rest();
        if (more != null) {
          more.pushTo(work);
        }
      }
    }
    results.finish();
    return results;
  }

  private void aggregate(SpillFile.Reader reader, GroupTable table, RowSort results) {
    while (reader.next()) {
      StoredRow row = reader.row();
      execution.restore(slots, row.values());
      table.add(KeyTuple.of(row, comparators, execution.context()), row.number());
    }
    table.finish();
    for (Group group : table.groups()) {
      table.show(group);
      results.add(
          new StoredRow(group.number(), 0, StoredRow.NO_VALUES, execution.save(shownSlots)));
    }
  }

  @Override
  public void close() {
    first.close();
    Partitions rest = first.rest();
    if (rest != null) {
      rest.close();
    }
    RowSort sort = others;
    if (sort != null) {
      sort.close();
    }
  }
}
