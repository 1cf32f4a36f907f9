package io.tidemark.log.local;

/// Settings of a local redo log. Immutable.
///
/// @param segmentBytes size of a segment file; a frame that needs more gets a larger one
/// @param windowBytes memory for the newest frames, from which readers at the tail are served
/// @param pendingBytes frames accepted and not yet written: more makes appends wait
/// @param lazySyncMillis how long a frame asked for less than the disk may stay unsynced
public record LocalRedoLogConfig(
    long segmentBytes, long windowBytes, long pendingBytes, long lazySyncMillis) {
  /// 64 MiB segments, 16 MiB window, 16 MiB pending, 1 s.
  public static final LocalRedoLogConfig DEFAULT =
      new LocalRedoLogConfig(64L << 20, 16L << 20, 16L << 20, 1000);

  private static final long MIN_SEGMENT_BYTES = 16 << 10;
  private static final long MAX_SEGMENT_BYTES = 1L << 30;

  public LocalRedoLogConfig {
    check("segmentBytes", segmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    check("windowBytes", windowBytes, 0, Long.MAX_VALUE);
    check("pendingBytes", pendingBytes, 1, Long.MAX_VALUE);
    check("lazySyncMillis", lazySyncMillis, 1, 60_000);
  }

  public LocalRedoLogConfig withSegmentBytes(long bytes) {
    return new LocalRedoLogConfig(bytes, windowBytes, pendingBytes, lazySyncMillis);
  }

  public LocalRedoLogConfig withWindowBytes(long bytes) {
    return new LocalRedoLogConfig(segmentBytes, bytes, pendingBytes, lazySyncMillis);
  }

  public LocalRedoLogConfig withLazySyncMillis(long millis) {
    return new LocalRedoLogConfig(segmentBytes, windowBytes, pendingBytes, millis);
  }

  private static void check(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s: expected %d..%d, found %d".formatted(name, min, max, value));
    }
  }
}
