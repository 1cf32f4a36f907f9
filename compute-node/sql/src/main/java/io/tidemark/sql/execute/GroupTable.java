package io.tidemark.sql.execute;

import io.tidemark.sql.execute.GroupStates.Group;
import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.spill.Partitions;
import io.tidemark.sql.spill.StoredRow;
import io.tidemark.sql.value.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Groups in a hash table, as many as memory holds: rows of groups that began too late go to
/// [Partitions] as they are, those of the others still meet their group here. Confined to the
/// statement's thread.
final class GroupTable implements AutoCloseable {
  private final Execution execution;
  private final int[] slots;
  private final int level;
  private final GroupStates states;
  private final Map<KeyTuple, Group> table = new HashMap<>();
  private @Nullable Partitions rest;

  /// @param level by which the rest is split
  GroupTable(Grouping grouping, Execution execution, int[] slots, int level) {
    this.execution = execution;
    this.slots = slots;
    this.level = level;
    this.states = new GroupStates(grouping, execution);
  }

  /// Takes the row that is in the slots, whose place in the input is `number`.
  void add(KeyTuple key, long number) {
    Group group = table.get(key);
    if (group == null) {
      Value[] row = execution.save(slots);
      Partitions parts = rest;
      group = parts == null ? states.tryBegin(row, number, key.sizeBytes()) : null;
      if (group == null) {
        if (parts == null) {
          parts = new Partitions(execution.workMemory(), level);
          rest = parts;
        }
        parts.add(StoredRow.of(number, key, row));
        return;
      }
      table.put(key, group);
    }
    states.add(group);
  }

  /// All rows were added.
  void finish() {
    table.clear();
    states.finish();
  }

  /// The groups in the order of their first rows.
  List<Group> groups() {
    return states.groups();
  }

  /// The rows of other groups; null if there are none.
  @Nullable Partitions rest() {
    return rest;
  }

  /// To be called for each group in turn.
  void show(Group group) {
    states.show(group, slots);
  }

  /// Forgets the groups; the rest remains.
  @Override
  public void close() {
    table.clear();
    states.close();
  }
}
