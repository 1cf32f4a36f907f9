package io.tidemark.sql.execute;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.bind.BoundChange.Assignment;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.constraint.CheckedTransaction;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.Value;
import java.util.Arrays;
import java.util.List;

/// Changes stored rows of one table by assignments. Reused from row to row. Confined to the
/// statement's thread.
final class RowChange {
  private final BaseTable table;
  private final ColumnStore store;
  private final Execution execution;
  private final EvalContext context;
  private final Transaction transaction;
  private final TableUse use;
  private final RowReader oldRow;
  private final RowReader changedRow;
  private final RowWriter writer;
  private final Value[] values;
  private final boolean[] isAssigned;
  private byte[] newRow = {};

  RowChange(BaseTable table, ColumnStore store, Execution execution, TableUse use) {
    this.table = table;
    this.store = store;
    this.execution = execution;
    this.context = execution.context();
    this.transaction = execution.transaction();
    this.use = use;
    this.oldRow = table.newRowReader();
    this.changedRow = table.newRowReader();
    this.writer = table.newRowWriter();
    this.values = new Value[table.columns().size()];
    this.isAssigned = new boolean[table.columns().size()];
  }

  /// The row as it is after [#apply].
  byte[] newRow() {
    return newRow;
  }

  /// Evaluates the assignments from left to right, each seeing those before, and writes the row;
  /// false if nothing differs.
  boolean apply(List<Assignment> assignments, byte[] key, byte[] row) {
    oldRow.wrap(row);
    Arrays.fill(isAssigned, false);
    for (Assignment assignment : assignments) {
      int column = assignment.column();
      Value value;
      if (assignment.value().isPresent()) {
        BoundExpression expression = assignment.value().get();
        value = store.store(column, expression.evaluate(context, execution));
        value = store.checkNull(column, value, true);
      } else {
        value = store.defaultOf(column);
      }
      assign(column, value);
    }
    if (!differs()) {
      newRow = row;
      return false;
    }
    for (int column = 0; column < values.length; column++) {
      if (table.columns().get(column).onUpdateNow() && !isAssigned[column]) {
        assign(column, store.now(column));
      }
    }
    write(key);
    return true;
  }

  private void assign(int column, Value value) {
    values[column] = value;
    isAssigned[column] = true;
    Integer slot = use.slots().get(column);
    if (slot != null) {
      execution.setSlot(slot, value);
    }
  }

  private boolean differs() {
    for (int column = 0; column < values.length; column++) {
      if (isAssigned[column]
          && !values[column].equals(StoredValues.read(oldRow, column, context.timeZone()))) {
        return true;
      }
    }
    return false;
  }

  private void write(byte[] key) {
    writer.start();
    for (int column = 0; column < values.length; column++) {
      if (isAssigned[column]) {
        StoredValues.write(writer, column, values[column], context.timeZone());
      } else {
        writer.copy(column, oldRow, column);
      }
    }
    newRow = writer.finish();
    changedRow.wrap(newRow);
    int auto = table.definition().autoIncrementColumn().orElse(-1);
    if (auto >= 0 && isAssigned[auto] && values[auto] instanceof IntValue number) {
      new AutoIncrement(execution.session(), table.descriptor(), 1).given(number.value());
    }
    byte[] newKey = table.definition().hasHiddenKey() ? key : table.primaryKey(changedRow);
    try {
      if (Arrays.equals(key, newKey)) {
        transaction.update(table.descriptor(), key, newRow);
      } else {
        CheckedTransaction.changeKey(transaction, table.descriptor(), key, newKey, newRow);
      }
    } catch (DuplicateKey duplicate) {
      throw Duplicates.error(table, changedRow, duplicate.indexNo(), context.timeZone());
    }
  }
}
