package io.tidemark.pageserver.compact;

import io.tidemark.pageserver.layer.LayerRun;
import java.util.List;

/// Which runs to merge next: size-tiered, as RocksDB's universal compaction picks.
///
/// Going from the newest run to older ones, a run joins as long as it is not bigger than 1.5 times
/// all that joined before it; so a byte is rewritten about once for each time the shard grows by
/// that factor, and a big old run only when what lies above it has grown to its size.
final class CompactionPlan {
  private CompactionPlan() {}

  /// Consecutive runs, newest first; empty if there is nothing to do. `runs` are newest first.
  static List<LayerRun> pick(List<LayerRun> runs, CompactionLimits limits) {
    for (int first = 0; first + limits.minRuns() <= runs.size(); first++) {
      long joined = runs.get(first).sizeBytes();
      int end = first + 1;
      while (end < runs.size() && runs.get(end).sizeBytes() * 2 <= joined * 3) {
        joined += runs.get(end).sizeBytes();
        end++;
      }
      if (end - first >= limits.minRuns()) {
        return runs.subList(first, end);
      }
    }
    if (runs.size() > limits.maxRuns()) {
      return runs.subList(0, runs.size() - limits.maxRuns() + limits.minRuns());
    }
    return List.of();
  }
}
