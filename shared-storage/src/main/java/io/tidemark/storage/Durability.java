package io.tidemark.storage;

/// What a commit waits for, as MySQL's `innodb_flush_log_at_trx_commit`.
public enum Durability {
  /// 0: nothing; the log makes itself durable about once a second.
  LAZY,
  /// 2: the log has handed the bytes to its operating systems (a quorum's memory).
  MEMORY,
  /// 1: the bytes are on disk (of a quorum).
  DISK
}
