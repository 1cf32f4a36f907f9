package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.function.ValueComparator;
import io.tidemark.sql.value.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The first of equal rows.
public record Distinct(PlanNode input, List<BoundExpression> values) implements PlanNode {
  @Override
  public RowSource open(Execution execution) {
    RowSource rows = input.open(execution);
    Set<KeyTuple> seen = new HashSet<>();
    ValueComparator[] comparators =
        values.stream().map(v -> ValueComparator.ofType(v.type())).toArray(ValueComparator[]::new);
    return new RowSource() {
      @Override
      public boolean next() {
        while (rows.next()) {
          execution.checkInterrupt();
          Value[] row = new Value[comparators.length];
          for (int i = 0; i < row.length; i++) {
            row[i] = values.get(i).evaluate(execution);
          }
          if (seen.add(new KeyTuple(row, comparators, execution.context()))) {
            return true;
          }
        }
        return false;
      }

      @Override
      public void close() {
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
