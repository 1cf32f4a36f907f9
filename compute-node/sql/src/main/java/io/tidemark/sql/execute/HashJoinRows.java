package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.execute.Joins.Hash;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a hash join: in the order of the left side, as long as the right side fits into
/// memory. Confined to the statement's thread.
final class HashJoinRows implements RowSource {
  private final Hash join;
  private final Execution execution;
  private final int[] slots;
  private final ValueComparator[] comparators;
  private final JoinTable table;
  private final @Nullable RowSource leftRows;
  private final @Nullable RowSource partitioned;
  private List<Value[]> matches = List.of();
  private int at;
  private boolean matched = true;

  HashJoinRows(Hash join, Execution execution) {
    this.join = join;
    this.execution = execution;
    this.slots = join.rightSlots().stream().mapToInt(Integer::intValue).toArray();
    this.comparators = join.comparators().toArray(ValueComparator[]::new);
    this.table = new JoinTable(execution.workMemory().joinShare());
    PartitionedJoin parts = null;
    try {
      parts = build();
      this.leftRows = parts == null ? join.left().open(execution) : null;
      this.partitioned = parts == null ? null : probe(parts);
    } catch (RuntimeException failure) {
      table.clear();
      if (parts != null) {
        parts.close();
      }
      throw failure;
    }
  }

  /// Reads the right side, into the table or, if that gets too large, into the answer.
  private @Nullable PartitionedJoin build() {
    PartitionedJoin parts = null;
    try (RowSource rightRows = join.right().open(execution)) {
      while (rightRows.next()) {
        execution.checkInterrupt();
        KeyTuple key = key(join.rightKeys());
        if (key.hasNull()) {
          continue;
        }
        Value[] row = execution.save(slots);
        if (parts == null && !table.tryAdd(key, row)) {
          parts = new PartitionedJoin(join, execution);
          table.forEach(parts::addRight);
          table.clear();
        }
        if (parts != null) {
          parts.addRight(key, row);
        }
      }
    }
    return parts;
  }

  private RowSource probe(PartitionedJoin parts) {
    try (RowSource rows = join.left().open(execution)) {
      while (rows.next()) {
        execution.checkInterrupt();
        parts.addLeft(key(join.leftKeys()));
      }
    }
    return parts.open();
  }

  private KeyTuple key(List<BoundExpression> expressions) {
    Value[] values = new Value[expressions.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = expressions.get(i).evaluate(execution);
    }
    return new KeyTuple(values, comparators, execution.context());
  }

  @Override
  public boolean next() {
    RowSource left = leftRows;
    if (left == null) {
      RowSource parts = partitioned;
      return parts != null && parts.next();
    }
    while (true) {
      while (at < matches.size()) {
        execution.checkInterrupt();
        execution.restore(slots, matches.get(at++));
        if (Nodes.allTrue(join.conditions(), execution)) {
          matched = true;
          return true;
        }
      }
      if (join.outer() && !matched) {
        matched = true;
        execution.clear(slots);
        return true;
      }
      if (!left.next()) {
        return false;
      }
      matches = table.find(key(join.leftKeys()));
      at = 0;
      matched = false;
    }
  }

  @Override
  public void close() {
    table.clear();
    RowSource left = leftRows;
    if (left != null) {
      left.close();
    }
    RowSource parts = partitioned;
    if (parts != null) {
      parts.close();
    }
  }
}
