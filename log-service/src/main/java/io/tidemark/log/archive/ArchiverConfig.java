package io.tidemark.log.archive;

import java.time.Duration;

/// When a segment is finished: at `segmentBytes` of frames (8 MiB), or when its first frame has
/// waited for `segmentAge` (60 s). Memory is about one segment, plus the largest frame. Immutable.
public record ArchiverConfig(long segmentBytes, Duration segmentAge) {
  public static final ArchiverConfig DEFAULT = new ArchiverConfig(8L << 20, Duration.ofSeconds(60));

  private static final long MAX_BYTES = 256L << 20;

  public ArchiverConfig {
    if (segmentBytes < 1 || segmentBytes > MAX_BYTES || segmentAge.isNegative()) {
      throw new IllegalArgumentException(
          "archive segments of %d bytes, %s: expected 1..%d bytes"
              .formatted(segmentBytes, segmentAge, MAX_BYTES));
    }
  }

  public ArchiverConfig withSegmentBytes(long bytes) {
    return new ArchiverConfig(bytes, segmentAge);
  }

  public ArchiverConfig withSegmentAge(Duration age) {
    return new ArchiverConfig(segmentBytes, age);
  }
}
