package io.tidemark.sql.execute;

import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.table.BaseTable;
import java.util.List;

/// Reads a stored table through one of its indexes.
///
/// @param covering whether the index's keys hold every column that is used
/// @param conditions what rows must meet, evaluated as soon as their columns are read
/// @param filterColumns columns that `conditions` read, with their slots; read first
/// @param restColumns the other used columns
public record TableScan(
    TableUse table,
    BaseTable base,
    IndexRanges ranges,
    boolean descending,
    boolean covering,
    Lock lock,
    List<BoundExpression> conditions,
    Columns filterColumns,
    Columns restColumns,
    double rowsRead,
    double estimatedRows,
    double estimatedCost)
    implements PlanNode {

  /// Whether and how rows are locked.
  public record Lock(LockMode mode, LockWait waiting) {
    public static final Lock NONE = new Lock(LockMode.NONE, LockWait.WAIT);
  }

  /// Columns and the slots they go to.
  public static final class Columns {
    private final int[] columns;
    private final int[] slots;

    public Columns(int[] columns, int[] slots) {
      this.columns = columns;
      this.slots = slots;
    }

    int count() {
      return columns.length;
    }

    int column(int i) {
      return columns[i];
    }

    int slot(int i) {
      return slots[i];
    }

    int[] slots() {
      return slots;
    }
  }

  @Override
  public TableRows open(Execution execution) {
    return new TableRows(this, execution);
  }

  /// The same scan that reads no columns into slots but those of its conditions.
  TableScan withoutRest() {
    return new TableScan(
        table,
        base,
        ranges,
        descending,
        covering,
        lock,
        conditions,
        filterColumns,
        new Columns(new int[0], new int[0]),
        rowsRead,
        estimatedRows,
        estimatedCost);
  }

  public String indexName() {
    return base.indexes().get(ranges.indexNo()).name();
  }

  /// Whether at most one row can match: all columns of a unique key are given.
  public boolean isUniqueLookup() {
    var index = base.indexes().get(ranges.indexNo());
    return index.unique()
        && !index.isHidden()
        && ranges.parts().size() == index.columns().size()
        && ranges.parts().stream().allMatch(p -> p.size() == 1 && p.getFirst().point());
  }

  @Override
  public String describe() {
    String name = table.alias();
    String text;
    if (ranges.isAll()) {
      boolean clustered = ranges.indexNo() == 0 && !covering;
      text =
          clustered && !descending
              ? "Table scan on " + name
              : (covering ? "Covering index scan on " : "Index scan on ")
                  + name
                  + " using "
                  + indexName();
    } else if (isUniqueLookup()) {
      text =
          "Single-row "
              + (covering ? "covering " : "")
              + "index lookup on "
              + name
              + " using "
              + indexName();
    } else if (ranges.isAllPoints() && ranges.parts().stream().allMatch(p -> p.size() == 1)) {
      text =
          (covering ? "Covering index lookup on " : "Index lookup on ")
              + name
              + " using "
              + indexName();
    } else {
      text =
          (covering ? "Covering index range scan on " : "Index range scan on ")
              + name
              + " using "
              + indexName();
    }
    if (descending) {
      text += " (reverse)";
    }
    return conditions.isEmpty() ? text : "Filter: " + ExpressionText.all(conditions) + "\n" + text;
  }

  @Override
  public List<PlanNode> inputs() {
    return List.of();
  }
}
