package io.tidemark.log.bookkeeper;

import io.tidemark.storage.Lsn;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The accepted frames in their order: first those sent to the current ledger, then those that
/// wait. Guarded by the lock of its [LedgerWriter].
final class PendingFrames {
  private final ArrayDeque<PendingFrame> sent = new ArrayDeque<>();
  private final ArrayDeque<PendingFrame> unsent = new ArrayDeque<>();
  private long bytes;
  private long nextEntry;

  /// Entries of the current ledger that have succeeded.
  private long confirmed;

  void add(PendingFrame frame) {
    unsent.add(frame);
    bytes += frame.frame.bytes().length;
  }

  boolean isEmpty() {
    return sent.isEmpty() && unsent.isEmpty();
  }

  boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  boolean hasNothingSent() {
    return sent.isEmpty();
  }

  long bytes() {
    return bytes;
  }

  /// End of the last frame; there is one.
  Lsn endLsn() {
    return (unsent.isEmpty() ? sent : unsent).getLast().frame.endLsn();
  }

  PendingFrame firstUnsent() {
    return unsent.getFirst();
  }

  /// The first that waits goes to the current ledger.
  void markSent() {
    PendingFrame frame = unsent.removeFirst();
    frame.entry = nextEntry++;
    sent.add(frame);
  }

  /// The first that was sent has succeeded.
  void removeSent(PendingFrame frame) {
    PendingFrame first = sent.removeFirst();
    if (first != frame) {
      throw new IllegalStateException(
          "entry " + frame.entry + " succeeded before entry " + first.entry);
    }
    confirmed = frame.entry + 1;
    bytes -= frame.frame.bytes().length;
  }

  /// The current ledger ends with entry `last`. Returns the frames that are in it, in order; the
  /// others wait again.
  List<PendingFrame> settle(long last) {
    if (last + 1 < confirmed || last >= nextEntry) {
      throw new IllegalStateException(
          "last entry expected in %d..%d, found %d".formatted(confirmed - 1, nextEntry - 1, last));
    }
    List<PendingFrame> durable = new ArrayList<>();
    while (!sent.isEmpty() && sent.getFirst().entry <= last) {
      PendingFrame frame = sent.getFirst();
      removeSent(frame);
      durable.add(frame);
    }
    while (!sent.isEmpty()) {
      unsent.addFirst(sent.removeLast());
    }
    return durable;
  }

  void beginLedger() {
    nextEntry = 0;
    confirmed = 0;
  }

  /// Takes the frames at the end of which nobody was told yet that they are accepted for good.
  List<PendingFrame> takeRefusable() {
    List<PendingFrame> refused = new ArrayList<>();
    while (sent.isEmpty() && !unsent.isEmpty() && !unsent.getLast().promised) {
      PendingFrame frame = unsent.removeLast();
      bytes -= frame.frame.bytes().length;
      refused.addFirst(frame);
    }
    return refused;
  }

  List<PendingFrame> takeAll() {
    List<PendingFrame> all = new ArrayList<>(sent);
    all.addAll(unsent);
    sent.clear();
    unsent.clear();
    bytes = 0;
    return all;
  }
}
