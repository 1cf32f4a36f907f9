package io.tidemark.sql.execute;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.FunctionDefinition.Traits;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.table.BaseTable;
import java.time.ZoneId;
import java.util.Arrays;

/// Rows that an INSERT has made and inserts together, to be cheaper than one by one. Whoever makes
/// the rows calls [#insert] before anything that could tell the difference: before an error of a
/// later row, and before evaluating what is not [#mayRunAhead]. Confined to the statement's thread.
final class GatheredRows {
  private final Transaction transaction;
  private final BaseTable table;
  private final Warnings warnings;
  private final ZoneId zone;
  private final RowBatch batch = new RowBatch();
  private int[] warningsUpTo = new int[16];

  GatheredRows(Transaction transaction, BaseTable table, Warnings warnings, ZoneId zone) {
    this.transaction = transaction;
    this.table = table;
    this.warnings = warnings;
    this.zone = zone;
  }

  /// Whether nobody can tell that the expression was evaluated for a row though one before it turns
  /// out to be a duplicate: it changes nothing and reads no table.
  static boolean mayRunAhead(BoundExpression expression) {
    return switch (expression) {
      case BoundExpression.Constant _, BoundExpression.Parameter _ -> true;
      case BoundExpression.Assignment _, BoundExpression.Nested _ -> false;
      case BoundExpression.Call call when call.traits() == Traits.VOLATILE -> false;
      default -> {
        boolean[] may = {true};
        expression.forEachChild(child -> may[0] &= mayRunAhead(child));
        yield may[0];
      }
    };
  }

  /// Adds a row, and inserts those that are there if they are many.
  void add(byte[] primaryKey, byte[] row) {
    int number = batch.size();
    if (number == warningsUpTo.length) {
      warningsUpTo = Arrays.copyOf(warningsUpTo, 2 * number);
    }
    warningsUpTo[number] = warnings.count();
    batch.add(primaryKey, row);
    if (batch.isFull()) {
      insert();
    }
  }

  /// Inserts what is there. A duplicate is told as error 1062, and the warnings of the rows behind
  /// it are forgotten: row by row nobody would have come to them.
  void insert() {
    if (batch.isEmpty()) {
      return;
    }
    try {
      transaction.insertAll(table.descriptor(), batch);
    } catch (DuplicateKey e) {
      warnings.truncate(warningsUpTo[e.row()]);
      throw Duplicates.error(
          table, table.newRowReader().wrap(batch.row(e.row())), e.indexNo(), zone);
    } finally {
      batch.clear();
    }
  }
}
