package io.tidemark.log.bookkeeper;

import io.tidemark.log.FrameWindow;
import io.tidemark.log.RedoReader;
import io.tidemark.log.bookkeeper.LedgerStore.ReadableLedger;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A reader of the chain's ledgers: from the writer's window if the log writes and the window
/// reaches back far enough, else from the ledgers. Confined to one thread, but for [#close].
final class LedgerReader implements RedoReader {
  private static final int MAX_BATCH = 64;
  private static final long BATCH_BYTES = 1 << 20;
  private static final long CHAIN_POLL_NANOS = Duration.ofMillis(50).toNanos();
  private static final Duration LEDGER_POLL = Duration.ofMillis(500);

  /// How long an announced entry that was not found is waited for before it is looked for again.
  private static final long MISSING_POLL_NANOS = Duration.ofMillis(2).toNanos();

  private final BookKeeperRedoLog log;
  private final ArrayDeque<Frame> ready = new ArrayDeque<>();

  private Lsn position;
  private @Nullable ReadableLedger ledger;
  private long ledgerId = -1;
  private long nextEntry;
  private int batch = 4;

  /// The ledger is of an epoch before the announced one.
  private boolean old;

  private volatile boolean closed;

  LedgerReader(BookKeeperRedoLog log, Lsn position) {
    this.log = log;
    this.position = position;
  }

  @Override
  public Optional<Frame> next(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    boolean advancing = true;
    while (!isClosed()) {
      if (!ready.isEmpty()) {
        return Optional.of(advance(ready.remove()));
      }
      long left = end - System.nanoTime();
      if (!advancing && left <= 0) {
        return Optional.empty();
      }
      try {
        advancing = fill(Math.max(0, left));
      } catch (RetryLater | Exhausted e) {
        advancing = false;
        leaveLedger();
        pause(left);
      }
      if (Thread.currentThread().isInterrupted()) {
        return Optional.empty();
      }
    }
    leaveLedger();
    return Optional.empty();
  }

  @Override
  public Lsn position() {
    return position;
  }

  @Override
  public void close() {
    closed = true;
    log.wakeReaders();
  }

  private boolean isClosed() {
    return closed || log.isClosed();
  }

  private Frame advance(Frame frame) {
    position = frame.endLsn();
    return frame;
  }

  /// Looks for frames behind the position, waiting for about `nanos` at most. Returns whether it
  /// came further, so that there is more to be had at once.
  private boolean fill(long nanos) {
    Optional<LedgerWriter> writer = log.writer().filter(one -> !one.hasEnded());
    if (writer.isPresent()) {
      FrameWindow.Outcome outcome = readWindow(writer.get(), nanos);
      if (outcome != FrameWindow.Outcome.OLDER) {
        leaveLedger();
        return !ready.isEmpty();
      }
    }
    try {
      if (ledger == null && !enterLedger()) {
        pause(nanos);
        return false;
      }
      return readLedger(nanos);
    } catch (Corrupt e) {
      leaveLedger();
      LedgerChain chain = log.chain();
      checkNotTrimmed(chain);
      if (chain.contains(ledgerId)) {
        throw e;
      }
      // A claim has dropped it meanwhile, because it had no entry.
      return true;
    }
  }

  private FrameWindow.Outcome readWindow(LedgerWriter writer, long nanos) {
    try {
      return writer
          .window()
          .read(position.value(), ready, nanos, () -> isClosed() || writer.hasEnded());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FrameWindow.Outcome.NOTHING;
    }
  }

  /// Opens the ledger with the byte behind the position; false if there is none yet.
  private boolean enterLedger() {
    LedgerChain chain = log.chain();
    checkNotTrimmed(chain);
    Optional<LedgerSpan> span = chain.find(position);
    if (span.isEmpty()) {
      return false;
    }
    ledgerId = span.get().id();
    Optional<ReadableLedger> opened = log.openLedger(ledgerId);
    if (opened.isEmpty()) {
      throw new Corrupt("redo log: " + span.get() + " is missing at lsn " + position);
    }
    ledger = opened.get();
    old = false;
    boolean atStart = position.equals(span.get().firstLsn());
    nextEntry = atStart ? 0 : LedgerFrames.find(opened.get(), position);
    return true;
  }

  private boolean readLedger(long nanos) {
    ReadableLedger from = ledger;
    if (from == null) {
      return false;
    }
    if (from.lastConfirmed() < nextEntry && !from.isClosed()) {
      if (readAnnounced(from)) {
        return true;
      }
      awaitMore(from, nanos);
      if (readAnnounced(from)) {
        return true;
      }
      if (log.announced().word().lsn().isAfter(position) && goesOnElsewhere()) {
        leaveLedger();
        return true;
      }
    }
    // In this order: a ledger that is closed has its final end.
    boolean finished = from.isClosed();
    long last = Math.min(from.lastConfirmed(), nextEntry + batch - 1);
    if (last >= nextEntry) {
      readBatch(from, last);
      return true;
    }
    return finished && finishLedger(nanos);
  }

  /// Reads what the writer has announced and this ledger does not know to be confirmed yet. Only
  /// frames of the announced epoch: what an earlier writer left behind may not be of the log.
  private boolean readAnnounced(ReadableLedger from) {
    AnnouncedTail.Word word = log.announced().word();
    Lsn expected = position;
    long bytes = 0;
    while (!old
        && expected.isBefore(word.lsn())
        && ready.size() < MAX_BATCH
        && bytes < BATCH_BYTES) {
      Optional<Frame> found = LedgerFrames.peek(from, nextEntry);
      if (found.isEmpty()) {
        break;
      }
      Frame frame = found.get();
      int order = frame.epoch().compareTo(word.epoch());
      old = order < 0;
      if (order != 0 || frame.endLsn().isAfter(word.lsn())) {
        break;
      }
      bytes += frame.bytes().length;
      expected = take(frame, expected);
    }
    return !ready.isEmpty();
  }

  /// Waits until there may be more in this ledger: for the writer's word while it gives any, else
  /// for the bookies'.
  private void awaitMore(ReadableLedger from, long nanos) {
    AnnouncedTail tail = log.announced();
    if (!tail.isAlive() || old) {
      Duration wait = Duration.ofNanos(nanos);
      from.awaitConfirmed(nextEntry - 1, wait.compareTo(LEDGER_POLL) < 0 ? wait : LEDGER_POLL);
    } else if (tail.word().lsn().isAfter(position)) {
      from.awaitConfirmed(nextEntry - 1, Duration.ofNanos(Math.min(nanos, MISSING_POLL_NANOS)));
    } else {
      AtomicBoolean advanced = new AtomicBoolean();
      Runnable wake =
          () -> {
            advanced.set(true);
            tail.wake();
          };
      try (NearbyBookie.Watch watch = from.watch(nextEntry - 1, wake)) {
        tail.await(position, nanos, () -> advanced.get() || isClosed());
      }
    }
  }

  private void readBatch(ReadableLedger from, long last) {
    long bytes = 0;
    Lsn expected = position;
    for (Frame frame : LedgerFrames.read(from, nextEntry, last)) {
      bytes += frame.bytes().length;
      expected = take(frame, expected);
    }
    batch = bytes < BATCH_BYTES / 2 ? Math.min(MAX_BATCH, batch * 2) : Math.max(1, batch / 2);
  }

  /// Takes the next entry's frame unless all of it was seen; returns where the next has to begin.
  private Lsn take(Frame frame, Lsn expected) {
    nextEntry++;
    if (!frame.endLsn().isAfter(expected)) {
      return expected;
    }
    if (frame.startLsn().isAfter(expected)) {
      throw new Corrupt("redo log: ledger " + ledgerId + ": no frame at lsn " + expected);
    }
    ready.add(frame);
    return frame.endLsn();
  }

  /// Everything of a closed ledger was read: the next one begins here, perhaps not yet.
  private boolean finishLedger(long nanos) {
    leaveLedger();
    boolean isThere = goesOnElsewhere();
    if (!isThere) {
      pause(nanos);
    }
    return isThere;
  }

  /// Whether the chain has the byte behind the position in another ledger than this.
  private boolean goesOnElsewhere() {
    LedgerChain chain = log.chain();
    checkNotTrimmed(chain);
    return chain.find(position).filter(span -> span.id() != ledgerId).isPresent();
  }

  private void checkNotTrimmed(LedgerChain chain) {
    if (position.isBefore(chain.start())) {
      throw new Corrupt(
          "redo log: lsn %s was trimmed away, the log starts at %s"
              .formatted(position, chain.start()));
    }
  }

  private void leaveLedger() {
    if (ledger != null) {
      log.leaveLedger(ledger);
      ledger = null;
    }
  }

  private void pause(long nanos) {
    if (nanos > 0 && !isClosed()) {
      LockSupport.parkNanos(Math.min(nanos, CHAIN_POLL_NANOS));
    }
  }
}
