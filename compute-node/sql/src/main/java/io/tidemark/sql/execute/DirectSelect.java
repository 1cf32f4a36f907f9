package io.tidemark.sql.execute;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.bind.BoundQuery;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.table.ColumnReader;
import io.tidemark.sql.table.RowOutput;
import java.util.List;
import java.util.Optional;

/// The short way of SELECTs that give columns of one table: from the stored row into the result,
/// without values in between.
public final class DirectSelect {
  private final TableScan scan;
  private final BoundQuery.Limit limit;
  private final int[] columns;

  private DirectSelect(TableScan scan, BoundQuery.Limit limit, int[] columns) {
    this.scan = scan;
    this.limit = limit;
    this.columns = columns;
  }

  /// The short way, if the plan is a scan with at most a limit above it, and the outputs are
  /// columns.
  public static Optional<DirectSelect> of(BoundQuery.Select select, PlanNode plan) {
    PlanNode node = plan;
    if (select.calcFoundRows()) {
      return Optional.empty();
    }
    if (node instanceof Nodes.Limited limited) {
      node = limited.input();
    }
    if (!(node instanceof TableScan found)) {
      return Optional.empty();
    }
    List<BoundQuery.Output> outputs = select.outputs();
    int[] columns = new int[outputs.size()];
    for (int i = 0; i < columns.length; i++) {
      if (!(outputs.get(i).expression() instanceof BoundExpression.Column column)) {
        return Optional.empty();
      }
      columns[i] = column.column();
    }
    return Optional.of(new DirectSelect(found.withoutRest(), select.limit(), columns));
  }

  /// Puts the rows into the result; the answer is how many.
  public long run(Execution execution, ResultSink sink, RowOutput output, long most) {
    long offset = Nodes.number(limit.offset(), execution, 0);
    long count = Math.min(most, Nodes.number(limit.count(), execution, Long.MAX_VALUE));
    long given = 0;
    if (count == 0) {
      return 0;
    }
    try (TableRows rows = scan.open(execution)) {
      ColumnReader reader = rows.reader();
      while (given < count && rows.next()) {
        if (offset > 0) {
          offset--;
          continue;
        }
        sink.startRow();
        for (int column : columns) {
          reader.writeColumn(column, sink, output);
        }
        sink.endRow();
        given++;
      }
    }
    return given;
  }
}
