package io.tidemark.sql.bind;

import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.RowSource;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.KeySet;
import io.tidemark.sql.spill.RowList;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.List;

/// The rows of an IN subquery that does not depend on the outer row, found by hash. Lasts as long
/// as the statement. Confined to the statement's thread.
final class SubquerySet {
  private final List<ValueComparator> comparators;
  private final KeySet rows;
  private final RowList rowsWithNull;
  private boolean empty = true;
  private boolean hasNull;

  private SubquerySet(Execution execution, List<ValueComparator> comparators) {
    this.comparators = comparators;
    this.rows =
        new KeySet(
            execution.workMemory(),
            comparators.toArray(ValueComparator[]::new),
            execution.context());
    this.rowsWithNull = new RowList(execution.workMemory());
  }

  static SubquerySet read(
      Execution execution, PlanNode plan, BoundQuery query, List<ValueComparator> comparators) {
    SubquerySet set = new SubquerySet(execution, comparators);
    try (RowSource source = plan.open(execution)) {
      while (source.next()) {
        execution.checkInterrupt();
        Value[] row = new Value[comparators.size()];
        for (int i = 0; i < row.length; i++) {
          row[i] = query.outputs().get(i).expression().evaluate(execution);
        }
        set.add(row);
      }
    }
    set.rows.finish();
    return set;
  }

  /// A single NULL is all that matters of the NULLs of one column.
  private void add(Value[] row) {
    empty = false;
    for (Value value : row) {
      if (value.isNull()) {
        hasNull = true;
        if (row.length > 1) {
          rowsWithNull.add(row);
        }
        return;
      }
    }
    rows.add(row);
  }

  /// Whether `values` are among the rows, with SQL's NULL.
  Value contains(EvalContext context, Value[] values) {
    if (empty) {
      return IntValue.ZERO;
    }
    for (Value value : values) {
      if (value.isNull()) {
        return values.length == 1 ? NullValue.NULL : partly(context, values);
      }
    }
    if (rows.contains(values)) {
      return IntValue.ONE;
    }
    return mayEqualRowWithNull(context, values) ? NullValue.NULL : IntValue.ZERO;
  }

  /// A left side with NULLs: unknown if some row equals it in the other elements.
  private Value partly(EvalContext context, Value[] values) {
    return rows.anyMatch(row -> mayEqual(context, values, row))
            || mayEqualRowWithNull(context, values)
        ? NullValue.NULL
        : IntValue.ZERO;
  }

  private boolean mayEqualRowWithNull(EvalContext context, Value[] values) {
    if (!hasNull || values.length == 1) {
      return hasNull;
    }
    RowList.Reader reader = rowsWithNull.read();
    for (Value[] row = reader.next(); row != null; row = reader.next()) {
      if (mayEqual(context, values, row)) {
        return true;
      }
    }
    return false;
  }

  private boolean mayEqual(EvalContext context, Value[] a, Value[] b) {
    for (int i = 0; i < a.length; i++) {
      if (!a[i].isNull()
          && !b[i].isNull()
          && comparators.get(i).compare(context, a[i], b[i]) != 0) {
        return false;
      }
    }
    return true;
  }
}
