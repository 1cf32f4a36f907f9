package io.tidemark.pageserver;

import io.tidemark.pageserver.read.ReadMetrics;
import io.tidemark.storage.Lsn;

/// A reading of a page server's counters and gauges; counters since it opened. Immutable but for
/// `reads`, which goes on counting.
public record PageServerMetrics(
    Lsn ingestedLsn,
    Lsn uploadedLsn,
    Lsn gcHorizon,
    long ingestedBytes,
    long mergedBytes,
    Layers layers,
    BlockCache blockCache,
    ReadMetrics reads) {
  /// Layers in the object store and in memory, in number and bytes.
  public record Layers(int runs, int count, long bytes, int frozen, long openBytes) {}

  /// Blocks found in memory, and blocks and indexes read from the object store.
  public record BlockCache(long hits, long misses) {}
}
