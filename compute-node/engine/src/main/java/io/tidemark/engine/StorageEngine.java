package io.tidemark.engine;

import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.storage.Lsn;
import java.time.Duration;

/// The transactional store behind the SQL engine: the writer, or a read replica, of one timeline.
///
/// Thread-safe.
public interface StorageEngine extends AutoCloseable {
  /// Whether writes are refused (error 1290) because this is a replica.
  boolean isReplica();

  DataDictionary dictionary();

  Transaction begin(TransactionOptions options);

  /// Starts a group of dictionary changes on behalf of `transaction`, which holds the metadata
  /// locks.
  DdlTransaction beginDdl(Transaction transaction);

  /// The newest LSN that a snapshot taken now would see: durable on the writer, applied on a
  /// replica.
  Lsn visibleLsn();

  EngineStatus status();

  /// Whether commits are slowed, for status.
  default BackPressure backPressure() {
    return BackPressure.NONE;
  }

  /// Slows commits while page servers are further than `bytes` of redo behind; never if it is 0.
  default void setMaxPageServerLag(long bytes) {}

  /// Ends background work, lets the log become durable, releases memory. Running transactions are
  /// abandoned, as in a crash.
  @Override
  void close();

  /// Numbers for SHOW STATUS, SHOW REPLICA STATUS and /metrics.
  ///
  /// @param lag on a replica, time since the newest known durable redo that is not yet applied
  /// @param activeTransactions those with writes that have not ended, including what is being taken
  ///   back in the background
  /// @param historyLength ended transactions whose undo purge has still to work through
  record EngineStatus(
      Lsn appendLsn,
      Lsn durableLsn,
      Lsn appliedLsn,
      Duration lag,
      long bufferPoolPages,
      long bufferPoolPagesUsed,
      long bufferPoolReadRequests,
      long bufferPoolReads,
      long activeTransactions,
      long rowLockWaits,
      long deadlocks,
      long historyLength) {}
}
