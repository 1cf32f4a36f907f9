package io.tidemark.sql.variable;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.storage.Durability;
import java.time.Duration;
import java.time.ZoneId;

/// The session's values of those system variables that the execution of statements reads often,
/// ready to use. Changed by SET. Confined to the session's thread.
public interface SessionSettings {
  /// Whether `sql_mode` contains `mode`.
  boolean hasMode(SqlMode mode);

  /// `sql_mode` as a bit set over [SqlMode] ordinals.
  int sqlModeBits();

  boolean autocommit();

  /// Isolation of the session's transactions (`transaction_isolation`).
  IsolationLevel transactionIsolation();

  boolean transactionReadOnly();

  /// Returns what SET TRANSACTION without SESSION said for the next transaction, and forgets it;
  /// otherwise [#transactionIsolation].
  IsolationLevel takeNextIsolation();

  /// The same for the access mode.
  boolean takeNextReadOnly();

  /// `tidemark_commit_timeout`.
  Duration commitTimeout();

  /// `innodb_lock_wait_timeout`.
  Duration lockWaitTimeout();

  /// `innodb_flush_log_at_trx_commit`.
  Durability durability();

  long autoIncrementIncrement();

  long autoIncrementOffset();

  /// `sql_select_limit`; [Long#MAX_VALUE] if unlimited.
  long selectLimit();

  /// `group_concat_max_len`, in bytes.
  long groupConcatMaxLength();

  /// `sort_buffer_size`, in bytes.
  long sortBufferSize();

  /// `join_buffer_size`, in bytes.
  long joinBufferSize();

  /// What a temporary table may take in memory, in bytes: the lesser of `tmp_table_size` and
  /// `max_heap_table_size`.
  long temporaryTableSize();

  int maxErrorCount();

  long maxAllowedPacket();

  /// `div_precision_increment`.
  int divisionPrecisionIncrement();

  ZoneId timeZone();

  /// Name of `character_set_client`.
  String clientCharset();

  /// Name of `character_set_results`, empty if NULL: no conversion.
  String resultsCharset();

  /// Name of `collation_connection`.
  String connectionCollation();
}
