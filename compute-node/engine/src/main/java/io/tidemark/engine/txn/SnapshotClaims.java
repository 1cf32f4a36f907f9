package io.tidemark.engine.txn;

import java.util.function.LongSupplier;

/// Where a replica says what it reads, so that the writer's purge keeps it.
///
/// A claim only makes that likely: the writer may learn of it late, and it may get lost. What is
/// certain comes with the redo, see [io.tidemark.storage.redo.RedoRecordType#PURGE_HORIZON].
public interface SnapshotClaims {
  /// Registers a reader that begins at `lsn`, which is asked for when the claim is known where that
  /// is possible.
  Claim claim(LongSupplier lsn);

  /// What one replica reads. Safe for use by any number of threads.
  interface Claim extends AutoCloseable {
    /// Where it began, or its oldest snapshot since.
    long lsn();

    /// The oldest snapshot and the LSN up to which redo is applied. Returns at once.
    void advance(long oldestSnapshot, long appliedLsn);

    @Override
    void close();
  }
}
