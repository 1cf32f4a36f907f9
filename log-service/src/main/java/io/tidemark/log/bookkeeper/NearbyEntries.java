package io.tidemark.log.bookkeeper;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/// What the bookie in this process has, to be had without the network.
@FunctionalInterface
public interface NearbyEntries {
  /// Of a process without a bookie.
  NearbyEntries NONE = (ledger, entry) -> Optional.empty();

  /// An entry as bookies store it, which the caller releases; empty if it is not here.
  Optional<ByteBuf> find(long ledger, long entry);
}
