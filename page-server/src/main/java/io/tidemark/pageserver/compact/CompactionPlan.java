package io.tidemark.pageserver.compact;

/// Which runs to merge next: size-tiered.
///
/// Going from the newest run to older ones, a run joins as long as it is not bigger than twice the
/// biggest that joined before it. So runs of one size class are merged once there are enough of
/// them, and a big old run is not rewritten for the sake of small ones: a byte is rewritten about
/// once for each time the shard grows by a factor of `minRuns`. Tablespaces that were dropped and
/// versions below the horizon make runs smaller, which lets them join earlier.
final class CompactionPlan {
  private CompactionPlan() {}

  /// Runs `first..end` without `end`, counted from the newest; an empty range is nothing to do.
  record Picked(int first, int end) {
    static final Picked NOTHING = new Picked(0, 0);

    boolean isEmpty() {
      return first == end;
    }
  }

  /// `sizes` are those of the runs in bytes, newest first.
  static Picked pick(long[] sizes, CompactionLimits limits) {
    for (int first = 0; first + limits.minRuns() <= sizes.length; first++) {
      long biggest = sizes[first];
      int end = first + 1;
      while (end < sizes.length && sizes[end] <= 2 * biggest) {
        biggest = Math.max(biggest, sizes[end]);
        end++;
      }
      if (end - first >= limits.minRuns()) {
        return new Picked(first, end);
      }
    }
    return sizes.length > limits.maxRuns()
        ? new Picked(0, sizes.length - limits.maxRuns() + limits.minRuns())
        : Picked.NOTHING;
  }
}
