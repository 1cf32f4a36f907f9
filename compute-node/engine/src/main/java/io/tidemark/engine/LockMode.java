package io.tidemark.engine;

/// Whether a read locks what it reads.
public enum LockMode {
  /// A consistent read of the transaction's snapshot.
  NONE,
  /// `FOR SHARE`: reads the newest committed version and locks it shared.
  SHARE,
  /// `FOR UPDATE`, and the reads of UPDATE and DELETE.
  EXCLUSIVE
}
