package io.tidemark.log.bookkeeper;

import io.tidemark.log.bookkeeper.LedgerStore.ReadableLedger;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The frames in a ledger's entries, one in each.
final class LedgerFrames {
  private LedgerFrames() {}

  /// Confirmed entries, both ends included.
  ///
  /// @throws Corrupt if one is not a sound frame
  static List<Frame> read(ReadableLedger ledger, long first, long last) {
    List<Frame> frames = new ArrayList<>();
    for (byte[] entry : ledger.read(first, last)) {
      frames.add(decode(ledger, first + frames.size(), entry));
    }
    return frames;
  }

  /// As [ReadableLedger#peek].
  static Optional<Frame> peek(ReadableLedger ledger, long entry) {
    return ledger.peek(entry).map(bytes -> decode(ledger, entry, bytes));
  }

  private static Frame decode(ReadableLedger ledger, long entry, byte[] bytes) {
    try {
      return Frame.decode(bytes);
    } catch (Corrupt e) {
      throw new Corrupt(
          "redo log: ledger " + ledger.id() + ", entry " + entry + ": " + e.getMessage(), e);
    }
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
