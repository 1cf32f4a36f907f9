package io.tidemark.engine.table;

/// Asked by a consistent scan as it goes.
public interface ReadGuard {
  /// Whether the statement is to end now.
  boolean isInterrupted();

  /// Called behind the reading of a row and before anybody gets it, and when reading failed.
  ///
  /// @throws io.tidemark.storage.error.Rejected if the versions that the snapshot needs may be gone
  default void checkSnapshot() {}
}
