package io.tidemark.log.bookkeeper;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.util.concurrent.CompletableFuture;

/// An accepted frame that is not known to be durable yet. Guarded by the lock of its
/// [LedgerWriter].
final class PendingFrame {
  final Frame frame;

  /// Whether the future was completed already, so the frame cannot be refused any more.
  final boolean promised;

  final CompletableFuture<Lsn> future = new CompletableFuture<>();

  /// Number of its entry in the current ledger, once it was sent.
  long entry;

  PendingFrame(Frame frame, boolean promised) {
    this.frame = frame;
    this.promised = promised;
  }
}
