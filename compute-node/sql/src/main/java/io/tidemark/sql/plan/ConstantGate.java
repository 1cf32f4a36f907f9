package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.execute.Execution;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.RowSource;
import java.util.List;

/// Opens its input only if conditions that no row changes are true.
record ConstantGate(PlanNode input, List<BoundExpression> conditions) implements PlanNode {
  @Override
  public RowSource open(Execution execution) {
    for (BoundExpression condition : conditions) {
      if (!condition.isTrue(execution)) {
        return () -> false;
      }
    }
    return input.open(execution);
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
    return "Filter: " + io.tidemark.sql.execute.ExpressionText.all(conditions);
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of(input);
  }
}
