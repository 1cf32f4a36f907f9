package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.value.Value;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads a computed table.
///
/// @param equalities columns that must equal an expression's text, which the table may use
public record VirtualScan(
    TableUse table,
    VirtualTable source,
    Map<Integer, BoundExpression> equalities,
    List<BoundExpression> conditions)
    implements PlanNode {
  private static final double ROWS = 100;

  @Override
  public RowSource open(Execution execution) {
    int[] columns = table.columnArray();
    int[] slots = table.slotArray();
    Map<String, String> wanted = new HashMap<>();
    equalities.forEach((column, expression) -> {
      Value value = expression.evaluate(execution);
      if (!value.isNull()) {
        String name = source.columns().get(column).name().toUpperCase(Locale.ROOT);
        wanted.put(name, value.toText().asString());
      }
    });
    Iterator<Value[]> rows = source.rows(execution.session(), wanted).iterator();
    return () -> {
      while (rows.hasNext()) {
        execution.checkInterrupt();
        Value[] row = rows.next();
        for (int i = 0; i < columns.length; i++) {
          execution.setSlot(slots[i], row[columns[i]]);
        }
        if (Nodes.allTrue(conditions, execution)) {
          return true;
        }
      }
      return false;
    };
  }

  @Override
  public double estimatedRows() {
    return ROWS;
  }

  @Override
  public double estimatedCost() {
    return ROWS;
  }

  @Override
  public String describe() {
    return "Table scan on " + table.alias();
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of();
  }
}
