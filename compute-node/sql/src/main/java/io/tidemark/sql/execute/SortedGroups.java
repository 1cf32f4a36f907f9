package io.tidemark.sql.execute;

import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.value.Value;

/// Groups of rows that come ordered by the keys: one at a time. Confined to the statement's thread.
final class SortedGroups implements RowSource {
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
    this.rows = grouping.input().open(execution);
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
    try (GroupStates states = new GroupStates(grouping, execution)) {
      GroupStates.Group group = states.begin(execution.save(slots), 0);
      do {
        states.add(group);
        execution.checkInterrupt();
        ahead = rows.next();
      } while (ahead && grouping.key(execution, comparators).equals(key));
      if (ahead) {
        pending = execution.save(slots);
      }
      states.finish();
      states.show(group, slots);
    }
    return true;
  }

  @Override
  public void close() {
    rows.close();
  }
}
