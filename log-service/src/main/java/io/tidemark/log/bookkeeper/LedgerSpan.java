package io.tidemark.log.bookkeeper;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;

/// A ledger's place in the [LedgerChain]. Immutable.
///
/// @param epoch of the writer who created it
/// @param firstLsn start of its first frame
/// @param lastLsn end of its last frame if it is closed, else `firstLsn`
public record LedgerSpan(long id, Epoch epoch, Lsn firstLsn, Lsn lastLsn, boolean closed) {
  public LedgerSpan {
    if (id < 0 || lastLsn.isBefore(firstLsn) || (!closed && !lastLsn.equals(firstLsn))) {
      throw new IllegalArgumentException(
          "ledger %d: lsn %s to %s, closed %s".formatted(id, firstLsn, lastLsn, closed));
    }
  }

  static LedgerSpan open(long id, Epoch epoch, Lsn firstLsn) {
    return new LedgerSpan(id, epoch, firstLsn, firstLsn, false);
  }

  LedgerSpan closeAt(Lsn end) {
    return new LedgerSpan(id, epoch, firstLsn, end, true);
  }
}
