package io.tidemark.pageserver.read;

import java.util.concurrent.atomic.AtomicLongArray;

/// Counts durations in buckets of powers of two, each cut in eight: at most 12.5 % off. Safe for
/// any number of threads.
public final class LatencyHistogram {
  private static final int PARTS = 8;

  private final AtomicLongArray buckets = new AtomicLongArray(Long.SIZE * PARTS);

  public void record(long nanos) {
    buckets.incrementAndGet(bucketOf(Math.max(nanos, 0)));
  }

  public long count() {
    long sum = 0;
    for (int i = 0; i < buckets.length(); i++) {
      sum += buckets.get(i);
    }
    return sum;
  }

  /// Upper bound of the duration that `quantile` (0..1) of the records stay at or below; 0 if there
  /// is no record.
  public long quantileNanos(double quantile) {
    long wanted = (long) Math.ceil(count() * quantile);
    long seen = 0;
    for (int i = 0; i < buckets.length(); i++) {
      seen += buckets.get(i);
      if (seen >= wanted && seen > 0) {
        return upperBound(i);
      }
    }
    return 0;
  }

  private static int bucketOf(long nanos) {
    if (nanos < PARTS) {
      return (int) nanos;
    }
    int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos);
    return (log - 2) * PARTS + (int) ((nanos >>> (log - 3)) & (PARTS - 1));
  }

  private static long upperBound(int bucket) {
    if (bucket < PARTS) {
      return bucket;
    }
    int log = bucket / PARTS + 2;
    return (1L << log) + ((long) (bucket % PARTS + 1) << (log - 3)) - 1;
  }
}
