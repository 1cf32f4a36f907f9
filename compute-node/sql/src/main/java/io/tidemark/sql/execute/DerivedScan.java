package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.value.Value;
import java.util.List;

/// The rows of a query as those of a table.
public record DerivedScan(TableUse table, PlanNode input, BoundQuery query) implements PlanNode {
  @Override
  public RowSource open(Execution execution) {
    int[] columns = table.columnArray();
    int[] slots = table.slotArray();
    BoundExpression[] values = new BoundExpression[columns.length];
    for (int i = 0; i < columns.length; i++) {
      values[i] = query.outputs().get(columns[i]).expression();
    }
    RowSource rows = input.open(execution);
    return new RowSource() {
      @Override
      public boolean next() {
        if (!rows.next()) {
          return false;
        }
        Value[] row = new Value[values.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = values[i].evaluate(execution);
        }
        execution.restore(slots, row);
        return true;
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
    return "Table scan on " + table.alias();
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of(input);
  }
}
