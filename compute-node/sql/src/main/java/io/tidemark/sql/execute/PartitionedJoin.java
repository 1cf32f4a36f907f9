package io.tidemark.sql.execute;

import io.tidemark.sql.execute.Joins.Hash;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.KeyTuple;
import io.tidemark.sql.spill.Partitions;
import io.tidemark.sql.spill.RowSort;
import io.tidemark.sql.spill.SpillFile;
import io.tidemark.sql.spill.StoredRow;
import io.tidemark.sql.spill.WorkMemory;
import io.tidemark.sql.value.Value;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A hash join whose right side does not fit into memory: both sides are split by the hash of their
/// keys, and the parts joined one after the other. A part of the right side that still does not fit
/// is split again together with its left part; if that cannot help, since its keys are all alike or
/// it was split often enough, the left part is read once for each table-full of the right one.
///
/// The rows come part by part, or sorted by their left rows if the plan needs their order. Confined
/// to the statement's thread.
final class PartitionedJoin implements RowSource {
  /// Splitting beyond this helps no more: there are sixteen times as many parts with each level.
  private static final int MAX_LEVEL = 6;

  private final Hash join;
  private final Execution execution;
  private final WorkMemory memory;
  private final int[] leftSlots;
  private final int[] rightSlots;
  private final ValueComparator[] comparators;
  private final JoinTable table;
  private final Partitions left;
  private final Partitions right;
  private final Deque<Part> work = new ArrayDeque<>();
  private long leftRows;
  private @Nullable Part current;
  private @Nullable RowSort sorted;

  PartitionedJoin(Hash join, Execution execution) {
    this.join = join;
    this.execution = execution;
    this.memory = execution.workMemory();
    this.leftSlots = PlanSlots.of(join.left());
    this.rightSlots = join.rightSlots().stream().mapToInt(Integer::intValue).toArray();
    this.comparators = join.comparators().toArray(ValueComparator[]::new);
    this.table = new JoinTable(memory.joinShare());
    this.left = new Partitions(memory, 0);
    this.right = new Partitions(memory, 0);
  }

  void addRight(KeyTuple key, Value[] row) {
    right.add(StoredRow.of(0, key, row));
  }

  /// Takes the row that is in the slots of the left side.
  void addLeft(KeyTuple key) {
    if (join.outer() || !key.hasNull()) {
      left.add(StoredRow.of(leftRows++, key, execution.save(leftSlots)));
    }
  }

  /// Both sides are complete.
  RowSource open() {
    push(left, right, 0);
    if (join.keepsOrder()) {
      sort();
    }
    return this;
  }

  private void push(Partitions lefts, Partitions rights, int level) {
    for (int i = Partitions.COUNT - 1; i >= 0; i--) {
      SpillFile leftFile = lefts.file(i);
      SpillFile rightFile = rights.file(i);
      if (leftFile != null && (rightFile != null || join.outer())) {
        work.push(new Part(leftFile, rightFile, level));
      } else if (leftFile != null) {
        leftFile.close();
      } else if (rightFile != null) {
        rightFile.close();
      }
    }
  }

  private void sort() {
    int[] slots = new int[leftSlots.length + rightSlots.length];
    System.arraycopy(leftSlots, 0, slots, 0, leftSlots.length);
    System.arraycopy(rightSlots, 0, slots, leftSlots.length, rightSlots.length);
    RowSort rows = new RowSort(memory, memory.sortShare(), RowSort.BY_NUMBER);
    sorted = rows;
    for (Part part = step(); part != null; part = step()) {
      rows.add(new StoredRow(part.leftNumber(), 0, StoredRow.NO_VALUES, execution.save(slots)));
    }
    rows.finish();
  }

  @Override
  public boolean next() {
    RowSort rows = sorted;
    if (rows == null) {
      return step() != null;
    }
    StoredRow row = rows.next();
    if (row == null) {
      return false;
    }
    Value[] values = row.values();
    for (int i = 0; i < leftSlots.length; i++) {
      execution.setSlot(leftSlots[i], values[i]);
    }
    for (int i = 0; i < rightSlots.length; i++) {
      execution.setSlot(rightSlots[i], values[leftSlots.length + i]);
    }
    return true;
  }

  /// Puts the next pair into the slots; the answer is its part, or null at the end.
  private @Nullable Part step() {
    while (true) {
      Part part = current;
      if (part == null) {
        if (work.isEmpty()) {
          return null;
        }
        part = work.pop();
        current = part;
        if (!part.begin()) {
          part.close();
          current = null;
          continue;
        }
      }
      if (part.next()) {
        return part;
      }
      part.close();
      current = null;
    }
  }

  @Override
  public void close() {
    table.clear();
    left.close();
    right.close();
    work.forEach(Part::close);
    work.clear();
    Part part = current;
    if (part != null) {
      part.close();
    }
    RowSort rows = sorted;
    if (rows != null) {
      rows.close();
    }
  }

  /// Rows of both sides whose keys may be equal. The table is filled from the right one, as often
  /// as it takes; each time the left one is read.
  private final class Part {
    private final SpillFile leftFile;
    private final @Nullable SpillFile rightFile;
    private final int level;
    private final BitSet everMatched = new BitSet();
    private SpillFile.@Nullable Reader leftRows;
    private SpillFile.@Nullable Reader rightRows;
    private boolean isLastPass;
    private boolean isRightPending;
    private long leftNumber;
    private int leftPlace = -1;
    private List<Value[]> matches = List.of();
    private int at;
    private boolean matched = true;

    Part(SpillFile leftFile, @Nullable SpillFile rightFile, int level) {
      this.leftFile = leftFile;
      this.rightFile = rightFile;
      this.level = level;
    }

    /// Fills the table; false if the part was split instead.
    boolean begin() {
      SpillFile rights = rightFile;
      rightRows = rights == null ? null : rights.read();
      fill();
      if (!isLastPass && level < MAX_LEVEL && rights != null && rights.hasSeveralHashes()) {
        table.clear();
        split(rights);
        return false;
      }
      return true;
    }

    private void split(SpillFile rights) {
      Partitions lefts = new Partitions(memory, level + 1);
      copy(leftFile, lefts);
      Partitions parts = new Partitions(memory, level + 1);
      copy(rights, parts);
      push(lefts, parts, level + 1);
    }

    private static void copy(SpillFile from, Partitions to) {
      SpillFile.Reader rows = from.read();
      while (rows.next()) {
        to.add(rows.row());
      }
    }

    private void fill() {
      table.clear();
      leftRows = leftFile.read();
      leftPlace = -1;
      matches = List.of();
      at = 0;
      matched = true;
      SpillFile.Reader rows = rightRows;
      while (rows != null && (isRightPending || rows.next())) {
        StoredRow row = rows.row();
        isRightPending =
            !table.tryAdd(KeyTuple.of(row, comparators, execution.context()), row.values());
        if (isRightPending) {
          return;
        }
      }
      isLastPass = true;
    }

    long leftNumber() {
      return leftNumber;
    }

    /// Puts the next pair into the slots; false at the end.
    boolean next() {
      while (true) {
        while (at < matches.size()) {
          execution.checkInterrupt();
          execution.restore(rightSlots, matches.get(at++));
          if (Nodes.allTrue(join.conditions(), execution)) {
            matched = true;
            noteMatch();
            return true;
          }
        }
        if (join.outer() && isLastPass && !matched) {
          matched = true;
          execution.clear(rightSlots);
          return true;
        }
        SpillFile.Reader rows = leftRows;
        if (rows != null && rows.next()) {
          takeLeft(rows.row());
        } else if (isLastPass) {
          return false;
        } else {
          fill();
        }
      }
    }

    private void takeLeft(StoredRow row) {
      leftNumber = row.number();
      leftPlace++;
      execution.restore(leftSlots, row.values());
      matches = table.find(KeyTuple.of(row, comparators, execution.context()));
      at = 0;
      matched = everMatched.get(leftPlace);
    }

    /// Only an outer join asks, and only if there are several passes.
    private void noteMatch() {
      if (join.outer() && !isLastPass) {
        everMatched.set(leftPlace);
      }
    }

    void close() {
      leftFile.close();
      SpillFile rights = rightFile;
      if (rights != null) {
        rights.close();
      }
    }
  }
}
