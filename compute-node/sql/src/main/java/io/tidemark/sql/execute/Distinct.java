package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.spill.DistinctRows;
import io.tidemark.sql.value.Value;
import java.util.List;
import java.util.function.Supplier;

/// The first of equal rows, in the order of the input.
///
/// @param values what must be equal
/// @param rowSlots slots that what follows reads
public record Distinct(PlanNode input, List<BoundExpression> values, List<Integer> rowSlots)
    implements PlanNode {
  @Override
  public RowSource open(Execution execution) {
    RowSource rows = input.open(execution);
    int[] slots = rowSlots.stream().mapToInt(Integer::intValue).toArray();
    ValueComparator[] comparators =
        values.stream().map(v -> ValueComparator.ofType(v.type())).toArray(ValueComparator[]::new);
    DistinctRows distinct =
        new DistinctRows(execution.workMemory(), comparators, execution.context());
    return new RowSource() {
      private final Supplier<Value[]> saved = () -> execution.save(slots);
      private boolean ended;

      @Override
      public boolean next() {
        while (!ended && rows.next()) {
          execution.checkInterrupt();
          Value[] row = new Value[comparators.length];
          for (int i = 0; i < row.length; i++) {
            row[i] = values.get(i).evaluate(execution);
          }
          if (distinct.add(row, saved)) {
            return true;
          }
        }
        ended = true;
        Value[] deferred = distinct.nextDeferred();
        if (deferred == null) {
          return false;
        }
        execution.restore(slots, deferred);
        return true;
      }

      @Override
      public void close() {
        distinct.close();
        rows.close();
      }
    };
  }

  @Override
  public double estimatedRows() {
    return input.estimatedRows();
  }

  @Override
  public double estimatedCost() {
    return input.estimatedCost();
  }

  @Override
  public String describe() {
    return "Remove duplicates";
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of(input);
  }
}
