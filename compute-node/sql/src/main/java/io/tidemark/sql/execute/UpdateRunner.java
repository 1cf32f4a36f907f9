package io.tidemark.sql.execute;

import io.tidemark.engine.Transaction;
import io.tidemark.sql.bind.BoundChange;
import io.tidemark.sql.bind.BoundChange.Assignment;
import io.tidemark.sql.bind.BoundChange.Target;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Runs UPDATE and DELETE. Made for each execution. Confined to the statement's thread.
///
/// Rows are changed as they are read, unless that could move a row to where the scan has yet to
/// come, or several tables are joined: then all rows are read first.
public final class UpdateRunner {
  private final PlanNode plan;
  private final Execution execution;
  private final Transaction transaction;
  private final List<Target> targets;
  private final boolean ignore;
  private final boolean delete;
  private final List<ColumnStore> stores = new ArrayList<>();
  private final List<RowChange> changes = new ArrayList<>();
  private final List<Set<ByteBuffer>> done = new ArrayList<>();
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
      done.add(new HashSet<>());
    }
  }

  public static ChangeResult update(BoundChange.Update update, PlanNode plan, Execution execution) {
    UpdateRunner runner =
        new UpdateRunner(plan, execution, update.targets(), update.ignore(), false);
    runner.run(update.from().tables().size() > 1 || runner.mayMoveRows());
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
    runner.run(delete.from().tables().size() > 1);
    return new ChangeResult(runner.changed, 0, false, "");
  }

  private void run(boolean readFirst) {
    if (!readFirst) {
      try (RowSource rows = plan.open(execution)) {
        while (rows.next()) {
          change();
        }
      }
      return;
    }
    int[] slots = slots();
    List<Value[]> kept = new ArrayList<>();
    try (RowSource rows = plan.open(execution)) {
      while (rows.next()) {
        execution.checkInterrupt();
        kept.add(execution.save(slots));
      }
    }
    for (Value[] row : kept) {
      execution.checkInterrupt();
      execution.restore(slots, row);
      change();
    }
  }

  /// All slots that assignments may read: those of every table of the statement's rows.
  private int[] slots() {
    return PlanSlots.of(plan);
  }

  private void change() {
    for (int i = 0; i < targets.size(); i++) {
      TableUse table = targets.get(i).table();
      if (!(execution.slot(table.keySlot()) instanceof StringValue key)
          || !(execution.slot(table.rowSlot()) instanceof StringValue row)) {
        continue;
      }
      boolean joined =
          targets.size() > 1 || plan instanceof Joins.NestedLoop || plan instanceof Joins.Hash;
      if (joined && !done.get(i).add(ByteBuffer.wrap(key.bytes()))) {
        continue;
      }
      matched++;
      stores.get(i).setRow(matched);
      if (delete) {
        if (transaction.delete(targets.get(i).base().descriptor(), key.bytes())) {
          changed++;
        }
      } else if (assign(i, key.bytes(), row.bytes())) {
        changed++;
      }
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

  /// Whether an assignment changes a column of the index by which the rows are found.
  private boolean mayMoveRows() {
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
    return false;
  }

  private static boolean contains(IndexDefinition index, int column) {
    return index.columns().stream().anyMatch(part -> part.column() == column);
  }
}
