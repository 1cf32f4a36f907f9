package io.tidemark.log.bookkeeper;

import io.tidemark.log.coordination.ValueReader;
import io.tidemark.log.coordination.ValueWriter;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Of which ledgers the redo log consists, and who may append to it. Immutable.
///
/// Ledgers follow each other without a gap, epochs never fall, all but the last are closed.
///
/// | field | type | meaning |
/// | --- | --- | --- |
/// | magic, format | u32, u32 | `TMKC`, 1 |
/// | epoch | u64 | the highest that claimed the log |
/// | owner | text | who claimed it with this epoch: a node's name, `/`, random text, new for each opened log |
/// | start | u64 | LSN at which the first ledger starts; the log's end if there is none |
/// | ledgers | u32 count, then for each: id u64, epoch u64, first LSN u64, last LSN u64, closed u32 | |
/// | doomed | u32 count, then ids u64 | no longer of the log, perhaps not deleted yet |
/// | checksum | u32 | CRC-32C of everything before |
public record LedgerChain(
    Epoch epoch, String owner, Lsn start, List<LedgerSpan> ledgers, List<Long> doomed) {
  /// The most ledgers, so that the value stays small.
  public static final int MAX_LEDGERS = 8000;

  /// Between the name of a node and what makes the owner unique.
  static final char OWNER_SEPARATOR = '/';

  static final LedgerChain EMPTY =
      new LedgerChain(new Epoch(0), "", Lsn.ZERO, List.of(), List.of());

  private static final int MAGIC = 0x434B4D54;
  private static final int FORMAT = 1;

  public LedgerChain {
    ledgers = List.copyOf(ledgers);
    doomed = List.copyOf(doomed);
    Lsn at = start;
    Epoch lowest = new Epoch(0);
    for (int i = 0; i < ledgers.size(); i++) {
      LedgerSpan span = ledgers.get(i);
      boolean open = !span.closed();
      if (!span.firstLsn().equals(at)
          || span.epoch().compareTo(lowest) < 0
          || span.epoch().compareTo(epoch) > 0
          || (open && i < ledgers.size() - 1)) {
        throw new IllegalArgumentException(
            "ledger chain: %s does not follow lsn %s, epoch %s".formatted(span, at, lowest));
      }
      at = span.lastLsn();
      lowest = span.epoch();
    }
  }

  public Optional<LedgerSpan> last() {
    return ledgers.isEmpty() ? Optional.empty() : Optional.of(ledgers.getLast());
  }

  /// End of the last closed ledger.
  public Lsn closedEnd() {
    return ledgers.isEmpty() ? start : ledgers.getLast().lastLsn();
  }

  /// The ledger with the byte behind `lsn`, or the last one if that is open and begins before it.
  public Optional<LedgerSpan> find(Lsn lsn) {
    for (int i = ledgers.size() - 1; i >= 0; i--) {
      LedgerSpan span = ledgers.get(i);
      if (!span.firstLsn().isAfter(lsn)) {
        boolean holds = !span.closed() || lsn.isBefore(span.lastLsn());
        return holds ? Optional.of(span) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  boolean contains(long id) {
    return ledgers.stream().anyMatch(span -> span.id() == id);
  }

  /// What it means for `older` that this chain is not its own any more.
  Fenced fences(Epoch older) {
    int end = owner.lastIndexOf(OWNER_SEPARATOR);
    String node = end > 0 ? " of " + owner.substring(0, end) : "";
    return new Fenced("redo log: epoch " + older + " is fenced by epoch " + epoch + node);
  }

  boolean isClaimedBy(Epoch claim, String claimer) {
    return epoch.equals(claim) && owner.equals(claimer);
  }

  LedgerChain claim(Epoch claim, String claimer) {
    return new LedgerChain(claim, claimer, start, ledgers, doomed);
  }

  /// The last ledger, if it is open, ends at `end`; without a frame it is dropped.
  LedgerChain closeLast(Lsn end) {
    Optional<LedgerSpan> last = last().filter(span -> !span.closed());
    if (last.isEmpty()) {
      return this;
    }
    List<LedgerSpan> changed = new ArrayList<>(ledgers);
    List<Long> dropped = new ArrayList<>(doomed);
    LedgerSpan open = changed.removeLast();
    if (end.equals(open.firstLsn())) {
      dropped.add(open.id());
    } else {
      changed.add(open.closeAt(end));
    }
    return new LedgerChain(epoch, owner, start, changed, dropped);
  }

  LedgerChain add(long id) {
    List<LedgerSpan> changed = new ArrayList<>(ledgers);
    changed.add(LedgerSpan.open(id, epoch, closedEnd()));
    return new LedgerChain(epoch, owner, start, changed, doomed);
  }

  /// Without the closed ledgers that end at or below `lsn`.
  LedgerChain trim(Lsn lsn) {
    List<LedgerSpan> kept = new ArrayList<>(ledgers);
    List<Long> dropped = new ArrayList<>(doomed);
    Lsn from = start;
    while (!kept.isEmpty() && kept.getFirst().closed() && !kept.getFirst().lastLsn().isAfter(lsn)) {
      LedgerSpan oldest = kept.removeFirst();
      dropped.add(oldest.id());
      from = oldest.lastLsn();
    }
    return new LedgerChain(epoch, owner, from, kept, dropped);
  }

  LedgerChain forget(List<Long> deleted) {
    List<Long> left = new ArrayList<>(doomed);
    left.removeAll(deleted);
    return new LedgerChain(epoch, owner, start, ledgers, left);
  }

  public byte[] encode() {
    ValueWriter writer =
        new ValueWriter(MAGIC, FORMAT)
            .writeLong(epoch.value())
            .writeText(owner)
            .writeLong(start.value())
            .writeInt(ledgers.size());
    for (LedgerSpan span : ledgers) {
      writer.writeLong(span.id()).writeLong(span.epoch().value());
      writer.writeLong(span.firstLsn().value()).writeLong(span.lastLsn().value());
      writer.writeInt(span.closed() ? 1 : 0);
    }
    writer.writeInt(doomed.size());
    doomed.forEach(writer::writeLong);
    return writer.finish();
  }

  public static LedgerChain decode(String key, byte[] value) {
    String name = "ledger chain " + key;
    ValueReader reader = new ValueReader(name, value, MAGIC, FORMAT);
    try {
      Epoch epoch = new Epoch(reader.readLong());
      String owner = reader.readText();
      Lsn start = Lsn.of(reader.readLong());
      List<LedgerSpan> ledgers = new ArrayList<>();
      for (int left = reader.readCount(MAX_LEDGERS); left > 0; left--) {
        ledgers.add(
            new LedgerSpan(
                reader.readLong(),
                new Epoch(reader.readLong()),
                Lsn.of(reader.readLong()),
                Lsn.of(reader.readLong()),
                reader.readCount(1) == 1));
      }
      List<Long> doomed = new ArrayList<>();
      for (int left = reader.readCount(Integer.MAX_VALUE); left > 0; left--) {
        doomed.add(reader.readLong());
      }
      reader.finish();
      return new LedgerChain(epoch, owner, start, ledgers, doomed);
    } catch (IllegalArgumentException e) {
      throw new Corrupt(name + ": " + e.getMessage(), e);
    }
  }
}
