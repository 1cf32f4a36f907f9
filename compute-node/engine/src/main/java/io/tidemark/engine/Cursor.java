package io.tidemark.engine;

/// Rows of one index in key order, as one transaction sees them.
///
/// After [#next] has returned true the accessors describe the current entry; what they point to is
/// valid until the following [#next] or [#close] and must not be changed. No page stays latched
/// between calls. Confined to the transaction's thread.
public interface Cursor extends AutoCloseable {
  /// Steps to the next row; false at the end.
  ///
  /// @throws io.tidemark.storage.error.Rejected for lock waits, deadlocks (1213) and interrupted
  ///   statements (1317)
  boolean next();

  /// Whether the current row has the lock that the cursor was asked for. False only under
  /// [LockWait#SEMI_CONSISTENT], for a row that somebody else has locked.
  default boolean isLocked() {
    return true;
  }

  /// Makes [#next] come to the current row once more, if it is still there, and wait for its lock.
  /// Only for a row that is not [#isLocked].
  default void meetAgain() {
    throw new IllegalStateException("the row is locked");
  }

  /// The array that holds the key of the current entry in the scanned index.
  byte[] keyBuffer();

  int keyOffset();

  int keyLength();

  /// The array that holds the row, unless the cursor was opened for keys only.
  byte[] rowBuffer();

  int rowOffset();

  int rowLength();

  /// The primary key of the current row: the key itself on the clustered index, its suffix on a
  /// secondary one. A copy.
  byte[] primaryKey();

  @Override
  void close();
}
