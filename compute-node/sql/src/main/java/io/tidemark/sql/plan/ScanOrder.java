package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundQuery.SortKey;
import io.tidemark.sql.bind.TableUse;
import io.tidemark.sql.execute.PlanNode;
import io.tidemark.sql.execute.TableScan;
import java.util.List;
import java.util.Optional;

/// The order in which a single table's scan gives its rows.
final class ScanOrder {
  private ScanOrder() {}

  static boolean isOrdered(PlanNode node, TableUse table, List<SortKey> order) {
    if (node instanceof ConstantGate gate) {
      return isOrdered(gate.input(), table, order);
    }
    if (!(node instanceof TableScan scan)) {
      return false;
    }
    int equal = 0;
    for (var part : scan.ranges().parts()) {
      if (part.size() != 1 || !part.getFirst().point()) {
        break;
      }
      equal++;
    }
    Access access = new Access(scan.ranges(), equal, false, false, List.of(), 0, 0, 0);
    Optional<Boolean> down = AccessPlanner.order(access, scan.base(), table, order);
    return down.isPresent() && down.get() == scan.descending();
  }
}
