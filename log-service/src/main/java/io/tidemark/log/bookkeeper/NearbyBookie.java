package io.tidemark.log.bookkeeper;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// The bookie in this process: what it has is to be had without the network. Safe for use by any
/// number of threads.
public interface NearbyBookie {
  /// Of a process without one.
  NearbyBookie NONE =
      new NearbyBookie() {
        @Override
        public Optional<ByteBuf> find(long ledger, long entry) {
          return Optional.empty();
        }

        @Override
        public long lastConfirmed(long ledger) {
          return -1;
        }

        @Override
        public Watch watch(long ledger, long known, Runnable advanced) {
          return () -> {};
        }
      };

  /// An entry as bookies store it, which the caller releases; empty if it is not here.
  Optional<ByteBuf> find(long ledger, long entry);

  /// Number of the last entry known here to be confirmed; -1 if none is.
  long lastConfirmed(long ledger);

  /// Runs `advanced` once when more than `known` is confirmed, at once if it is already. It must
  /// not block: the bookie's own thread runs it. Nothing happens if the ledger is not known here.
  Watch watch(long ledger, long known, Runnable advanced);

  /// Ends without an error.
  @FunctionalInterface
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
