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

  /// Whether a plan reads all rows before it gives the first.
  static boolean readsAhead(PlanNode plan) {
    return switch (plan) {
      case Sorting _ -> true;
      case Nodes.Limited limited -> readsAhead(limited.input());
      case Nodes.Filter filter -> readsAhead(filter.input());
      default -> false;
    };
  }

  /// The scan that rows come from one by one; null if there is none.
  static @Nullable TableScan findScan(PlanNode plan) {
    return switch (plan) {
      case TableScan scan -> scan;
      case Nodes.Limited limited -> findScan(limited.input());
      case Nodes.Filter filter -> findScan(filter.input());
      default -> null;
    };
  }
}
