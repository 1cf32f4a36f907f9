package io.tidemark.engine;

/// What a locking read does when somebody else holds the lock.
public enum LockWait {
  /// Wait up to the transaction's lock wait timeout.
  WAIT,
  /// Fail at once with error 3572.
  NOWAIT,
  /// Leave the row out.
  SKIP_LOCKED
}
