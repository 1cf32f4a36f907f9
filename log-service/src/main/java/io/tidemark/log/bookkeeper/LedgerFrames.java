package io.tidemark.log.bookkeeper;

import io.tidemark.log.bookkeeper.LedgerStore.ReadableLedger;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.util.ArrayList;
import java.util.List;

/// The frames in a ledger's entries, one in each.
final class LedgerFrames {
  private LedgerFrames() {}

  /// Confirmed entries, both ends included.
  ///
  /// @throws Corrupt if one is not a sound frame
  static List<Frame> read(ReadableLedger ledger, long first, long last) {
    List<Frame> frames = new ArrayList<>();
    for (byte[] entry : ledger.read(first, last)) {
      try {
        frames.add(Frame.decode(entry));
      } catch (Corrupt e) {
        long number = first + frames.size();
        throw new Corrupt(
            "redo log: ledger " + ledger.id() + ", entry " + number + ": " + e.getMessage(), e);
      }
    }
    return frames;
  }

  static Frame read(ReadableLedger ledger, long entry) {
    return read(ledger, entry, entry).getFirst();
  }

  /// The entry with the byte behind `lsn`, or the one behind the last confirmed if that ends at or
  /// before it.
  static long find(ReadableLedger ledger, Lsn lsn) {
    long low = 0;
    long high = ledger.lastConfirmed() + 1;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (read(ledger, middle).endLsn().isAfter(lsn)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
