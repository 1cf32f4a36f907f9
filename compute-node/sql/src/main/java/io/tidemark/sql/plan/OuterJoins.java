package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.FromTree;
import io.tidemark.sql.bind.TableUse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Turns outer joins into inner ones where a condition rejects the NULLs they would add.
final class OuterJoins {
  private OuterJoins() {}

  static FromTree simplify(FromTree tree, List<BoundExpression> conditions) {
    if (!(tree instanceof FromTree.Join join)) {
      return tree;
    }
    boolean outer =
        join.outer() && join.right().tables().stream().noneMatch(rejected(conditions)::contains);
    List<BoundExpression> inner = new ArrayList<>(conditions);
    if (!outer) {
      inner.addAll(join.on());
    }
    FromTree left = simplify(join.left(), inner);
    FromTree right = outer ? simplify(join.right(), join.on()) : simplify(join.right(), inner);
    return new FromTree.Join(left, right, outer, join.straight(), join.on());
  }

  /// Tables of which a row of NULLs cannot meet the conditions.
  private static Set<TableUse> rejected(List<BoundExpression> conditions) {
    Set<TableUse> tables = new HashSet<>();
    for (BoundExpression condition : conditions) {
      if (condition instanceof Call call) {
        switch (call.name()) {
          case "=", "<>", "<", "<=", ">", ">=", "BETWEEN", "LIKE", "IS NOT NULL" ->
              call.operands().forEach(o -> addColumn(o, tables));
          case "IN" -> addColumn(call.operand(0), tables);
          default -> {}
        }
      }
    }
    return tables;
  }

  private static void addColumn(BoundExpression expression, Set<TableUse> tables) {
    if (expression instanceof Column column) {
      tables.add(column.table());
    }
  }
}
