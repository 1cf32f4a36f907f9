package io.tidemark.sql.execute;

/// One group of all rows, which is there even if they are none. Confined to the statement's thread.
final class SingleGroup implements RowSource {
  private final GroupStates states;
  private final int[] slots;
  private boolean shown;

  SingleGroup(Grouping grouping, Execution execution) {
    this.states = new GroupStates(grouping, execution);
    this.slots = grouping.rowSlotArray();
    GroupStates.Group group = null;
    try (RowSource rows = grouping.input().open(execution)) {
      while (rows.next()) {
        execution.checkInterrupt();
        if (group == null) {
          group = states.begin(execution.save(slots), 0);
        }
        states.add(group);
      }
      states.finish();
    } catch (RuntimeException failure) {
      states.close();
      throw failure;
    }
    if (group == null) {
      execution.clear(slots);
      states.begin(execution.save(slots), 0);
    }
  }

  @Override
  public boolean next() {
    if (shown) {
      return false;
    }
    shown = true;
    states.show(states.groups().getFirst(), slots);
    return true;
  }

  @Override
  public void close() {
    states.close();
  }
}
