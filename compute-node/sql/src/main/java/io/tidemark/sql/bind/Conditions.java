package io.tidemark.sql.bind;

import io.tidemark.sql.bind.BoundExpression.Call;
import io.tidemark.sql.function.FunctionDefinition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Looks into expressions: conjuncts, tables they depend on, whether they are constant.
public final class Conditions {
  private Conditions() {}

  /// The conditions that must all hold for `expression` to be true.
  public static List<BoundExpression> conjuncts(BoundExpression expression) {
    List<BoundExpression> list = new ArrayList<>();
    collectConjuncts(expression, list);
    return list;
  }

  private static void collectConjuncts(BoundExpression expression, List<BoundExpression> list) {
    if (expression instanceof Call call && call.name().equals("AND")) {
      call.operands().forEach(operand -> collectConjuncts(operand, list));
    } else {
      list.add(expression);
    }
  }

  /// Tables whose columns the expression reads, also from within its subqueries.
  public static Set<TableUse> tablesOf(BoundExpression expression) {
    Set<TableUse> tables = new LinkedHashSet<>();
    collectTables(expression, tables);
    return tables;
  }

  private static void collectTables(BoundExpression expression, Set<TableUse> tables) {
    if (expression instanceof BoundExpression.Column column) {
      tables.add(column.table());
    } else if (expression instanceof SubqueryExpression subquery) {
      for (BoundExpression.Column column : subquery.query().outerReferences()) {
        tables.add(column.table());
      }
    }
    expression.forEachChild(child -> collectTables(child, tables));
  }

  /// Whether it gives the same value for every row of the statement: no column, slot or variable.
  public static boolean isStatementConstant(BoundExpression expression) {
    boolean own =
        switch (expression) {
          case BoundExpression.Constant _, BoundExpression.Parameter _ -> true;
          case Call call -> call.traits() != FunctionDefinition.Traits.VOLATILE;
          case SubqueryExpression subquery -> !subquery.query().isCorrelated();
          default -> false;
        };
    boolean[] all = {own};
    expression.forEachChild(child -> all[0] = all[0] && isStatementConstant(child));
    return all[0];
  }

  /// Whether evaluating it once or twice for a row makes a difference.
  public static boolean isVolatile(BoundExpression expression) {
    boolean own =
        switch (expression) {
          case Call call -> call.traits() == FunctionDefinition.Traits.VOLATILE;
          case BoundExpression.Assignment _, BoundExpression.UserVariable _ -> true;
          default -> false;
        };
    boolean[] any = {own};
    expression.forEachChild(child -> any[0] = any[0] || isVolatile(child));
    return any[0];
  }

  /// Whether it contains a subquery.
  public static boolean hasSubquery(BoundExpression expression) {
    boolean[] any = {expression instanceof SubqueryExpression};
    expression.forEachChild(child -> any[0] = any[0] || hasSubquery(child));
    return any[0];
  }
}
