package io.tidemark.log.feed;

import java.time.Duration;

/// Settings of a redo feed. Immutable.
///
/// `windowBytes`: the newest frames in memory (64 MiB). `catchUpReaders`: subscribers that read
/// from the log itself at a time (4). `signOfLife`: the longest silence of a feed towards a
/// subscriber that reads (500 ms).
public record RedoFeedConfig(long windowBytes, int catchUpReaders, Duration signOfLife) {
  public static final RedoFeedConfig DEFAULT =
      new RedoFeedConfig(64L << 20, 4, Duration.ofMillis(500));

  public RedoFeedConfig {
    if (windowBytes < 1 || catchUpReaders < 1 || !signOfLife.isPositive()) {
      throw new IllegalArgumentException(
          "redo feed: window of %d bytes, %d catch-up readers, sign of life after %s"
              .formatted(windowBytes, catchUpReaders, signOfLife));
    }
  }
}
