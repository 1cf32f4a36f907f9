package io.tidemark.engine;

/// What a locking read does when somebody else holds the lock.
public enum LockWait {
  /// Wait up to the transaction's lock wait timeout.
  WAIT,
  /// Fail at once with error 3572.
  NOWAIT,
  /// Leave the row out.
  SKIP_LOCKED,
  /// Below REPEATABLE READ, in a scan of the clustered index: give the row as it was last
  /// committed, without a lock, as InnoDB's semi-consistent read does for UPDATE; the caller waits
  /// only for rows it wants, by [Cursor#meetAgain]. Elsewhere as [#WAIT].
  SEMI_CONSISTENT
}
