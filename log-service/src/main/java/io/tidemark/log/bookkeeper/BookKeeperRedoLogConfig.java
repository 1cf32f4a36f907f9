package io.tidemark.log.bookkeeper;

import java.time.Duration;

/// Settings of a [BookKeeperRedoLog], whatever its [LedgerStore].
///
/// @param rollBytes a ledger that would get larger is followed by another; what `trim` gives back
/// @param rollAge a ledger older than this as well, if it has entries
/// @param degradedRollAge the same for a ledger that misses a bookie; how often ages are looked at
/// @param windowBytes the newest frames that the writer keeps in memory for readers
/// @param pendingBytes how much may wait for its quorum before appends block
/// @param patience how long frames wait for a quorum before they are refused with Exhausted
public record BookKeeperRedoLogConfig(
    long rollBytes,
    Duration rollAge,
    Duration degradedRollAge,
    long windowBytes,
    long pendingBytes,
    Duration patience) {
  /// 1 GiB, 1 h, 5 s, 16 MiB, 16 MiB, 30 s.
  public static final BookKeeperRedoLogConfig DEFAULT =
      new BookKeeperRedoLogConfig(
          1L << 30,
          Duration.ofHours(1),
          Duration.ofSeconds(5),
          16L << 20,
          16L << 20,
          Duration.ofSeconds(30));

  public BookKeeperRedoLogConfig {
    if (rollBytes < 1 || windowBytes < 0 || pendingBytes < 1) {
      throw new IllegalArgumentException(
          "rollBytes %d, windowBytes %d, pendingBytes %d: out of range"
              .formatted(rollBytes, windowBytes, pendingBytes));
    }
    if (!rollAge.isPositive() || !degradedRollAge.isPositive() || !patience.isPositive()) {
      throw new IllegalArgumentException(
          "rollAge %s, degradedRollAge %s, patience %s: out of range"
              .formatted(rollAge, degradedRollAge, patience));
    }
  }

  public BookKeeperRedoLogConfig withRollBytes(long bytes) {
    return new BookKeeperRedoLogConfig(
        bytes, rollAge, degradedRollAge, windowBytes, pendingBytes, patience);
  }

  public BookKeeperRedoLogConfig withWindowBytes(long bytes) {
    return new BookKeeperRedoLogConfig(
        rollBytes, rollAge, degradedRollAge, bytes, pendingBytes, patience);
  }

  public BookKeeperRedoLogConfig withPatience(Duration wait) {
    return new BookKeeperRedoLogConfig(
        rollBytes, rollAge, degradedRollAge, windowBytes, pendingBytes, wait);
  }
}
