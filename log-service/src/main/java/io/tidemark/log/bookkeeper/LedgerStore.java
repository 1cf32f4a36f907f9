package io.tidemark.log.bookkeeper;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// What the redo log needs of BookKeeper, as a port: tests put a simulated one in its place.
///
/// A ledger is a sequence of entries, numbered from 0, that its creator appends to until it is
/// closed, once and for all. An entry whose append succeeded is in the ledger when it is closed, by
/// whomever. A *confirmed* entry is one whose append, and those of all before it, succeeded.
///
/// Errors: [io.tidemark.storage.error.RetryLater] when the service does not answer,
/// [io.tidemark.storage.error.Exhausted] when too few storage nodes are there.
///
/// Safe for use by any number of threads.
public interface LedgerStore extends AutoCloseable {
  WritableLedger create();

  /// Closes the ledger for whoever had it open: from here on no append succeeds. Returns it with
  /// its end; of a closed one just that.
  ///
  /// @throws io.tidemark.storage.error.Corrupt if there is no such ledger
  ReadableLedger recover(long id);

  /// Opens the ledger for reading beside its writer; empty if there is no such ledger.
  Optional<ReadableLedger> open(long id);

  /// Deletes a ledger if it is there.
  void delete(long id);

  @Override
  void close();

  /// A ledger to read. Safe for use by any number of threads.
  interface ReadableLedger extends AutoCloseable {
    long id();

    /// Number of the last entry known to be confirmed; -1 if none is. Of a closed ledger its last.
    long lastConfirmed();

    boolean isClosed();

    /// Asks for what was confirmed meanwhile. Waits up to `timeout` for more than `known`.
    void awaitConfirmed(long known, Duration timeout);

    /// Runs `advanced`, which does not block, once more than `known` is confirmed, if this process
    /// hears of it by itself; others have [#awaitConfirmed].
    NearbyBookie.Watch watch(long known, Runnable advanced);

    /// An entry that the caller knows to be confirmed although this does not know it yet; empty if
    /// no storage node gives it.
    Optional<byte[]> peek(long entry);

    /// Confirmed entries, both ends included.
    ///
    /// @throws io.tidemark.storage.error.Corrupt if an entry is damaged or gone on all nodes
    List<byte[]> read(long first, long last);

    @Override
    void close();
  }

  /// A ledger of the caller's. Its appends complete in order, never on the calling thread.
  interface WritableLedger extends ReadableLedger {
    /// Appends an entry; the future gives its number. It fails with
    /// [io.tidemark.storage.error.Fenced] when somebody closed the ledger, with another error when
    /// the ledger can take no more; whether the entry is in it is known after [#recover].
    CompletableFuture<Long> append(byte[] entry);

    /// Whether a new ledger would be better off: a storage node of this one is away, or it has
    /// fewer copies than wanted and there are nodes for more by now.
    boolean isDegraded();

    /// Closes the ledger behind its last confirmed entry if that is possible; [LedgerStore#recover]
    /// tells.
    @Override
    void close();
  }
}
