package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.BoundExpression.Constant;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.bind.BoundQuery.Aggregate;
import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.bind.FromTree;
import io.tidemark.sql.execute.Nodes;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.function.Functions;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.IntValue;
import java.util.List;
import java.util.Optional;

/// `SELECT MIN(column)` and `MAX(column)` of one table as the first row of an index.
final class ExtremeByIndex {
  private ExtremeByIndex() {}

  static Optional<PlanNode> plan(QueryPlanner planner, BoundQuery.Select select) {
    if (!select.grouped()
        || !select.groupBy().isEmpty()
        || select.aggregates().size() != 1
        || select.from().isEmpty()
        || !(select.from().get() instanceof FromTree.Leaf)) {
      return Optional.empty();
    }
    Aggregate aggregate = select.aggregates().getFirst();
    boolean max = aggregate.function().equals("MAX");
    if (!(max || aggregate.function().equals("MIN"))
        || !(aggregate.arguments().getFirst() instanceof Column column)) {
      return Optional.empty();
    }
    List<BoundExpression> notNull =
        column.isNullable() ? List.of(notNull(planner, column)) : List.of();
    JoinPlanner.Planned rows = planner.rows(select, List.of(new SortKey(column, max)), 1, notNull);
    if (!rows.ordered()) {
      return Optional.empty();
    }
    Constant one = Constant.of(SqlType.BIGINT, IntValue.ONE);
    BoundQuery.Limit first = new BoundQuery.Limit(Optional.of(one), Optional.empty());
    return Optional.of(planner.group(select, new Nodes.Limited(rows.node(), first, false), false));
  }

  private static BoundExpression notNull(QueryPlanner planner, Column column) {
    var definition =
        Functions.find("IS NOT NULL")
            .orElseThrow(() -> new IllegalStateException("function IS NOT NULL: not found"));
    var function = definition.bind(List.of(column.argument()), planner.context());
    return new BoundExpression.Call(definition, function, List.of(column));
  }
}
