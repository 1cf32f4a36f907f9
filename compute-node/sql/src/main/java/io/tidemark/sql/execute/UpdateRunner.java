package io.tidemark.sql.execute;

import io.tidemark.engine.Transaction;
import io.tidemark.sql.bind.BoundChange;
import io.tidemark.sql.bind.BoundChange.Assignment;
import io.tidemark.sql.bind.BoundChange.Target;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.DistinctRows;
import io.tidemark.sql.spill.RowList;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Runs UPDATE and DELETE. Made for each execution. Confined to the statement's thread.
///
/// Rows are changed as they are read, unless that could move a row to where the scan has yet to
/// come, or several tables are joined: then all rows are read first. A join may give a row of a
/// table several times; it is changed the first time.
public final class UpdateRunner {
  private static final ValueComparator BY_KEY = ValueComparator.ofType(SqlType.varbinary(0));

  private final PlanNode plan;
  private final Execution execution;
  private final Transaction transaction;
  private final List<Target> targets;
  private final boolean ignore;
  private final boolean delete;
  private final List<ColumnStore> stores = new ArrayList<>();
  private final List<RowChange> changes = new ArrayList<>();
  private final List<DistinctRows> firsts = new ArrayList<>();
  private long matched;
  private long changed;

  private UpdateRunner(
      PlanNode plan, Execution execution, List<Target> targets, boolean ignore, boolean delete) {
    this.plan = plan;
    this.execution = execution;
    this.transaction = execution.transaction();
    this.targets = targets;
    this.ignore = ignore;
    this.delete = delete;
    for (Target target : targets) {
      ColumnStore store = new ColumnStore(target.base(), execution.context(), ignore);
      stores.add(store);
      changes.add(new RowChange(target.base(), store, execution, target.table()));
    }
  }

  public static ChangeResult update(BoundChange.Update update, PlanNode plan, Execution execution) {
    UpdateRunner runner =
        new UpdateRunner(plan, execution, update.targets(), update.ignore(), false);
    runner.run(update.from().tables().size() > 1, runner.mayMoveRows());
    long affected = execution.session().connection().foundRows() ? runner.matched : runner.changed;
    return new ChangeResult(
        affected,
        0,
        false,
        "Rows matched: "
            + runner.matched
            + "  Changed: "
            + runner.changed
            + "  Warnings: "
            + execution.session().warnings().count());
  }

  public static ChangeResult delete(BoundChange.Delete delete, PlanNode plan, Execution execution) {
    UpdateRunner runner =
        new UpdateRunner(plan, execution, delete.targets(), delete.ignore(), true);
    runner.run(delete.from().tables().size() > 1, false);
    return new ChangeResult(runner.changed, 0, false, "");
  }

  private void run(boolean joined, boolean mayMoveRows) {
    if (!joined && !mayMoveRows) {
      read(() -> change(0));
      return;
    }
    int[] slots = PlanSlots.of(plan);
    Supplier<Value[]> saved = () -> execution.save(slots);
    if (joined) {
      for (Target _ : targets) {
        firsts.add(
            new DistinctRows(
                execution.workMemory(), new ValueComparator[] {BY_KEY}, execution.context()));
      }
    }
    try (RowList kept = new RowList(execution.workMemory())) {
      read(() -> kept.add(saved.get()));
      RowList.Reader rows = kept.read();
      for (Value[] row = rows.next(); row != null; row = rows.next()) {
        execution.checkInterrupt();
        execution.restore(slots, row);
        change(saved);
      }
    }
    changeDeferred(slots);
  }

  private void read(Runnable consumer) {
    try (RowSource rows = plan.open(execution)) {
      while (rows.next()) {
        execution.checkInterrupt();
        consumer.run();
      }
    }
  }

  /// Changes the row of each target that is in the slots.
  private void change(Supplier<Value[]> saved) {
    for (int i = 0; i < targets.size(); i++) {
      Value key = execution.slot(targets.get(i).table().keySlot());
      if (firsts.isEmpty() || (!key.isNull() && firsts.get(i).add(new Value[] {key}, saved))) {
        change(i);
      }
    }
  }

  /// Changes the rows that might have been changed already when they were met.
  private void changeDeferred(int[] slots) {
    for (int i = 0; i < firsts.size(); i++) {
      try (DistinctRows rows = firsts.get(i)) {
        for (Value[] row = rows.nextDeferred(); row != null; row = rows.nextDeferred()) {
          execution.checkInterrupt();
          execution.restore(slots, row);
          change(i);
        }
      }
    }
  }

  private void change(int target) {
    TableUse table = targets.get(target).table();
    if (!(execution.slot(table.keySlot()) instanceof StringValue key)
        || !(execution.slot(table.rowSlot()) instanceof StringValue row)) {
      return;
    }
    matched++;
    stores.get(target).setRow(matched);
    if (delete) {
      if (transaction.delete(targets.get(target).base().descriptor(), key.bytes())) {
        changed++;
      }
    } else if (assign(target, key.bytes(), row.bytes())) {
      changed++;
    }
  }

  private boolean assign(int target, byte[] key, byte[] row) {
    List<Assignment> assignments = targets.get(target).assignments();
    if (!ignore) {
      return changes.get(target).apply(assignments, key, row);
    }
    long before = transaction.savepoint();
    try {
      return changes.get(target).apply(assignments, key, row);
    } catch (Rejected refused) {
      if (refused.error() != MySqlError.DUP_ENTRY) {
        throw refused;
      }
      transaction.rollbackToSavepoint(before);
      execution
          .session()
          .warnings()
          .add(
              io.tidemark.sql.session.Warnings.Level.WARNING,
              refused.error().number(),
              String.valueOf(refused.getMessage()));
      return false;
    }
  }

  /// Whether an assignment, or ON UPDATE, changes a column of the index by which the rows are
  /// found, or their key, while they are still being found.
  private boolean mayMoveRows() {
    if (PlanSlots.readsAhead(plan)) {
      return false;
    }
    TableScan scan = PlanSlots.findScan(plan);
    if (scan == null) {
      return true;
    }
    IndexDefinition index = scan.base().indexes().get(scan.ranges().indexNo());
    IndexDefinition primary = scan.base().indexes().get(0);
    for (Assignment assignment : targets.getFirst().assignments()) {
      if (contains(index, assignment.column()) || contains(primary, assignment.column())) {
        return true;
      }
    }
    return index.columns().stream()
        .anyMatch(part -> scan.base().columns().get(part.column()).onUpdateNow());
  }

  private static boolean contains(IndexDefinition index, int column) {
    return index.columns().stream().anyMatch(part -> part.column() == column);
  }
}
