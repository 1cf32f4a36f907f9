package io.tidemark.log.transport;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/// How long to wait before the next attempt to reach a node: doubling from 20 ms to a second, with
/// jitter, so that those who lost the same node do not return together. Confined to its owner.
public final class Backoff {
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

  private long nanos = FIRST_NANOS;

  /// The wait before the attempt after one that failed.
  public long nextNanos() {
    long half = nanos / 2;
    nanos = Math.min(MAX_NANOS, nanos * 2);
    return half + ThreadLocalRandom.current().nextLong(half);
  }

  /// An attempt succeeded.
  public void reset() {
    nanos = FIRST_NANOS;
  }
}
