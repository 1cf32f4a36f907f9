package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundExpression.Column;
import io.tidemark.sql.bind.SubqueryExpression;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.execute.TableScan;
import io.tidemark.sql.table.BaseTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Makes table scans: which columns are read before and which after the conditions.
final class Scans {
  private Scans() {}

  static TableScan make(
      TableUse table,
      BaseTable base,
      Access access,
      List<BoundExpression> conditions,
      TableScan.Lock lock) {
    Set<Integer> filtered = new TreeSet<>();
    conditions.forEach(c -> collect(c, table, filtered));
    int[] first = filtered.stream().mapToInt(Integer::intValue).toArray();
    int[] rest =
        table.slots().keySet().stream()
            .filter(c -> !filtered.contains(c))
            .mapToInt(Integer::intValue)
            .toArray();
    return new TableScan(
        table,
        base,
        access.ranges(),
        access.descending(),
        access.covering(),
        lock,
        List.copyOf(conditions),
        columns(table, first),
        columns(table, rest),
        access.rowsRead(),
        access.rows(),
        access.cost());
  }

  private static TableScan.Columns columns(TableUse table, int[] columns) {
    Map<Integer, Integer> slots = table.slots();
    int[] which = new int[columns.length];
    for (int i = 0; i < columns.length; i++) {
      which[i] = slots.getOrDefault(columns[i], -1);
    }
    return new TableScan.Columns(columns, which);
  }

  private static void collect(BoundExpression expression, TableUse table, Set<Integer> columns) {
    if (expression instanceof Column column && column.table().equals(table)) {
      columns.add(column.column());
    } else if (expression instanceof SubqueryExpression subquery) {
      for (Column column : subquery.query().outerReferences()) {
        if (column.table().equals(table)) {
          columns.add(column.column());
        }
      }
    }
    expression.forEachChild(child -> collect(child, table, columns));
  }
}
