package io.tidemark.engine;

import io.tidemark.storage.Durability;
import java.time.Duration;

/// What a transaction begins with.
///
/// @param readOnly writes are refused with error 1792
/// @param consistentSnapshot take the snapshot now, not at the first read
/// @param durability what [Transaction#commit] waits for
/// @param commitTimeout how long it waits for the log
public record TransactionOptions(
    IsolationLevel isolation,
    boolean readOnly,
    boolean consistentSnapshot,
    Duration lockWaitTimeout,
    Durability durability,
    Duration commitTimeout) {
  /// As the system variable `tidemark_commit_timeout` is at first.
  public static final Duration DEFAULT_COMMIT_TIMEOUT = Duration.ofSeconds(30);

  /// With [#DEFAULT_COMMIT_TIMEOUT].
  public TransactionOptions(
      IsolationLevel isolation,
      boolean readOnly,
      boolean consistentSnapshot,
      Duration lockWaitTimeout,
      Durability durability) {
    this(
        isolation,
        readOnly,
        consistentSnapshot,
        lockWaitTimeout,
        durability,
        DEFAULT_COMMIT_TIMEOUT);
  }
}
