package io.tidemark.sql.bind;

import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.RowSource;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The rows of an IN subquery that does not depend on the outer row, found by hash. Confined to the
/// statement's thread.
final class SubquerySet {
  private final List<ValueComparator> comparators;
  private final Map<Integer, List<Value[]>> rows = new HashMap<>();
  private final List<Value[]> rowsWithNull = new ArrayList<>();
  private boolean empty = true;

  private SubquerySet(List<ValueComparator> comparators) {
    this.comparators = comparators;
  }

  static SubquerySet read(
      Execution execution, PlanNode plan, BoundQuery query, List<ValueComparator> comparators) {
    SubquerySet set = new SubquerySet(comparators);
    try (RowSource source = plan.open(execution)) {
      while (source.next()) {
        execution.checkInterrupt();
        Value[] row = new Value[comparators.size()];
        for (int i = 0; i < row.length; i++) {
          row[i] = query.outputs().get(i).expression().evaluate(execution);
        }
        set.add(execution.context(), row);
      }
    }
    return set;
  }

  private void add(EvalContext context, Value[] row) {
    empty = false;
    for (Value value : row) {
      if (value.isNull()) {
        rowsWithNull.add(row);
        return;
      }
    }
    List<Value[]> bucket = rows.computeIfAbsent(hash(context, row), _ -> new ArrayList<>(1));
    for (Value[] known : bucket) {
      if (equal(context, known, row)) {
        return;
      }
    }
    bucket.add(row);
  }

  private int hash(EvalContext context, Value[] row) {
    int hash = 1;
    for (int i = 0; i < row.length; i++) {
      hash = hash * 31 + comparators.get(i).hash(context, row[i]);
    }
    return hash;
  }

  private boolean equal(EvalContext context, Value[] a, Value[] b) {
    for (int i = 0; i < a.length; i++) {
      if (comparators.get(i).compare(context, a[i], b[i]) != 0) {
        return false;
      }
    }
    return true;
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
    List<Value[]> bucket = rows.getOrDefault(hash(context, values), List.of());
    for (Value[] row : bucket) {
      if (equal(context, values, row)) {
        return IntValue.ONE;
      }
    }
    return mayEqualRowWithNull(context, values) ? NullValue.NULL : IntValue.ZERO;
  }

  /// A left side with NULLs: unknown if some row equals it in the other elements.
  private Value partly(EvalContext context, Value[] values) {
    for (List<Value[]> bucket : rows.values()) {
      for (Value[] row : bucket) {
        if (mayEqual(context, values, row)) {
          return NullValue.NULL;
        }
      }
    }
    return mayEqualRowWithNull(context, values) ? NullValue.NULL : IntValue.ZERO;
  }

  private boolean mayEqualRowWithNull(EvalContext context, Value[] values) {
    for (Value[] row : rowsWithNull) {
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
