package io.tidemark.pageserver.read;

import java.util.concurrent.atomic.LongAdder;

/// What reading counted since the page server opened. Safe for any number of threads.
public final class ReadMetrics {
  final LongAdder requests = new LongAdder();
  final LongAdder cacheHits = new LongAdder();
  final LongAdder cacheExtensions = new LongAdder();
  final LongAdder changesApplied = new LongAdder();
  final LongAdder prefetches = new LongAdder();
  final LatencyHistogram latency = new LatencyHistogram();

  /// A page was asked for and answered within `nanos`.
  public void countRequest(long nanos) {
    requests.increment();
    latency.record(nanos);
  }

  /// Pages asked for.
  public long requests() {
    return requests.sum();
  }

  /// Answered from the page cache alone.
  public long cacheHits() {
    return cacheHits.sum();
  }

  /// Answered from the page cache and later changes.
  public long cacheExtensions() {
    return cacheExtensions.sum();
  }

  /// Layer entries applied to pages.
  public long changesApplied() {
    return changesApplied.sum();
  }

  /// Pages made ready by hints.
  public long prefetches() {
    return prefetches.sum();
  }

  /// Time of each GetPage in nanoseconds, waiting for ingest included.
  public LatencyHistogram latency() {
    return latency;
  }
}
