package io.tidemark.sql.execute;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a plan of rows to be changed consists of.
final class PlanSlots {
  private PlanSlots() {}

  /// The slots that the scans of a plan fill.
  static int[] of(PlanNode plan) {
    Set<Integer> slots = new LinkedHashSet<>();
    collect(plan, slots);
    return slots.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void collect(PlanNode plan, Set<Integer> slots) {
    switch (plan) {
      case TableScan scan -> slots.addAll(scan.table().allSlots());
      case DerivedScan scan -> slots.addAll(scan.table().allSlots());
      case VirtualScan scan -> slots.addAll(scan.table().allSlots());
      default -> plan.inputs().forEach(input -> collect(input, slots));
    }
  }

  /// The scan that rows come from one by one; null if they are read first in any case.
  static @Nullable TableScan findScan(PlanNode plan) {
    return switch (plan) {
      case TableScan scan -> scan;
      case Nodes.Limited limited -> findScan(limited.input());
      case Nodes.Filter filter -> findScan(filter.input());
      default -> null;
    };
  }
}
