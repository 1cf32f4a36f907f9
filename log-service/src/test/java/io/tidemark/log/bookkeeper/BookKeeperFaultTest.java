package io.tidemark.log.bookkeeper;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.tidemark.log.Frames;
import io.tidemark.log.LogVerifier;
import io.tidemark.log.RedoReader;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.fault.FaultyCoordination;
import io.tidemark.log.node.BookKeeperFixture;
import io.tidemark.log.node.Bookie;
import io.tidemark.log.node.MissingEntries;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the redo log does when bookies, writers and coordination fail, on three bookies.
class BookKeeperFaultTest {
  private static final AtomicInteger LOGS = new AtomicInteger();
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final BookKeeperRedoLogConfig CONFIG =
      BookKeeperRedoLogConfig.DEFAULT.withRollBytes(200_000).withWindowBytes(50_000);

  @TempDir private static Path directory;
  private static BookKeeperFixture cluster;
  private static Coordination coordination;

  private final String key = "log/chain-" + LOGS.incrementAndGet();
  private final List<BookKeeperRedoLog> logs = new ArrayList<>();

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = BookKeeperFixture.start(directory, 3);
    coordination = cluster.connect();
  }

  @AfterAll
  static void stopCluster() {
    coordination.close();
    cluster.close();
  }

  @AfterEach
  void closeLogs() {
    logs.forEach(BookKeeperRedoLog::close);
  }

  private BookKeeperRedoLog open(Coordination with, BookKeeperRedoLogConfig config) {
    BookKeeperRedoLog log = BookKeeperRedoLog.open(cluster.openLedgers(), with, key, config);
    logs.add(log);
    return log;
  }

  private BookKeeperRedoLog open() {
    return open(coordination, CONFIG);
  }

  @Test
  void anotherProcessReadsWhatIsDurableAlsoWhenTheLogIsIdle() throws Exception {
    BookKeeperRedoLog writer = open();
    writer.fence(new Epoch(1));
    Load load = new Load(writer, 1, Lsn.ZERO);
    BookKeeperRedoLog follower = open();
    load.append(100);
    load.awaitAll();
    try (RedoReader reader = follower.openReader(Lsn.ZERO)) {
      checkReads(reader, load.frames);
      load.append(1);
      load.awaitAll();
      assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(load.last().bytes());
      assertThat(reader.next(Duration.ZERO)).isEmpty();
    }
    assertThat(follower.durableLsn()).isEqualTo(load.end);
    assertThat(follower.currentEpoch()).isEqualTo(new Epoch(1));
    assertThatThrownBy(
            () -> follower.append(Frames.frame(1, load.end, 1, 1), Durability.DISK).get())
        .hasCauseInstanceOf(IllegalArgumentException.class);
    Lsn middle = load.frames.get(50).startLsn().plus(1);
    try (RedoReader reader = follower.openReader(middle)) {
      checkReads(reader, load.frames.subList(50, 101));
    }
  }

  @Test
  void aReaderWaitsForTheFirstEntryOfALedger() throws Exception {
    BookKeeperRedoLog writer = open();
    writer.fence(new Epoch(1));
    BookKeeperRedoLog follower = open();
    assertThat(follower.durableLsn()).isEqualTo(Lsn.ZERO);
    try (RedoReader reader = follower.openReader(Lsn.ZERO)) {
      assertThat(reader.next(Duration.ofMillis(200))).isEmpty();
      Load load = new Load(writer, 1, Lsn.ZERO);
      load.append(1);
      load.awaitAll();
      assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(load.last().bytes());
    }
  }

  @Test
  void aFollowerGoesOnFromOneWriterToTheNext() throws Exception {
    BookKeeperRedoLog first = open();
    first.fence(new Epoch(1));
    Load before = new Load(first, 1, Lsn.ZERO);
    before.append(20);
    before.awaitAll();
    BookKeeperRedoLog follower = open();
    try (RedoReader reader = follower.openReader(Lsn.ZERO)) {
      checkReads(reader, before.frames);
      BookKeeperRedoLog second = open();
      assertThat(second.fence(new Epoch(2))).isEqualTo(before.end);
      Load after = new Load(second, 2, before.end);
      after.append(20);
      after.awaitAll();
      checkReads(reader, after.frames);
    }
  }

  @Test
  void aLostBookieFailsNoAppend() throws Exception {
    BookKeeperRedoLog log = open();
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.run(200, () -> {});
    load.run(400, () -> cluster.stop(1));
    System.out.printf("longest pause with a bookie stopped under load: %d ms%n", load.pauseMillis);
    load.run(200, () -> cluster.restart(1));
    checkHistory(load);
  }

  @Test
  void aBookieThatComesBackGetsWhatItMissedOfClosedLedgersAndOfTheOpenOne() throws Exception {
    BookKeeperRedoLog log = open();
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.run(20, () -> {});
    cluster.stop(1);
    load.run(400, () -> {});
    cluster.restart(1);
    load.run(20, () -> {});
    assertThat(absent(log, 1)).isNotEmpty();
    long end = System.nanoTime() + LONG.toNanos();
    try (BookKeeperLedgers store = cluster.openLedgers();
        MissingEntries copying = cluster.restoreMissing(1, store, log::ledgers)) {
      List<String> absent = absent(log, 1);
      while (!absent.isEmpty()) {
        assertThat(System.nanoTime()).as("%s: %s", copying, absent).isLessThan(end);
        absent = absent(log, 1);
      }
    }
    assertThat(log.ledgers()).hasSizeGreaterThan(1);
    cluster.stop(0); // its entries are read from the one that came back, and are whole
    checkHistory(load);
    cluster.restart(0);
  }

  /// The entries of a log that one of their bookies does not have.
  private static List<String> absent(BookKeeperRedoLog log, int index) {
    Bookie bookie = cluster.bookie(index);
    List<String> absent = new ArrayList<>();
    try (BookKeeperLedgers store = cluster.openLedgers()) {
      for (long ledger : log.ledgers()) {
        try (StoredEntries entries = store.openStored(ledger).orElseThrow()) {
          for (long entry = 0; entry <= entries.lastConfirmed(); entry++) {
            Optional<ByteBuf> here = bookie.find(ledger, entry);
            here.ifPresent(ByteBuf::release);
            if (here.isEmpty() && entries.belongsTo(bookie.id(), entry)) {
              absent.add(ledger + "/" + entry);
            }
          }
        }
      }
    }
    return absent;
  }

  @Test
  void appendsWaitWhileTwoBookiesAreGone() throws Exception {
    BookKeeperRedoLog log = open();
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.append(50);
    load.awaitAll();
    cluster.stop(0);
    cluster.stop(1);
    load.append(50);
    assertThat(load.last(50).isDone()).isFalse();
    cluster.restart(0);
    load.awaitAll();
    cluster.restart(1);
    load.append(50);
    load.awaitAll();
    checkHistory(load);
  }

  @Test
  void framesThatWaitTooLongAreRefusedAndCanBeAppendedAgain() throws Exception {
    BookKeeperRedoLog log = open(coordination, CONFIG.withPatience(Duration.ofMillis(500)));
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.append(10);
    load.awaitAll();
    cluster.stop(0);
    cluster.stop(1);
    Lsn durable = load.end;
    Frame first = Frames.frame(1, durable, 1, 100);
    Frame second = Frames.frame(1, first.endLsn(), 2, 100);
    CompletableFuture<Lsn> refused = log.append(first, Durability.DISK);
    CompletableFuture<Lsn> behind = log.append(second, Durability.DISK);
    assertThatThrownBy(() -> refused.get(30, SECONDS)).hasCauseInstanceOf(Exhausted.class);
    assertThatThrownBy(() -> behind.get(30, SECONDS)).hasCauseInstanceOf(Exhausted.class);
    assertThatThrownBy(() -> log.append(first, Durability.DISK).get(30, SECONDS))
        .hasCauseInstanceOf(Exhausted.class);
    cluster.restart(0);
    cluster.restart(1);
    load.appendUntilTaken(first);
    load.appendUntilTaken(second);
    checkHistory(load);
  }

  @Test
  void aFrozenWriterFindsItselfFencedAndHistoryIsOne() throws Exception {
    FaultyCoordination network = new FaultyCoordination(coordination);
    BookKeeperRedoLog old = open(network, CONFIG.withPatience(Duration.ofMillis(500)));
    old.fence(new Epoch(1));
    Load before = new Load(old, 1, Lsn.ZERO);
    before.append(30);
    before.awaitAll();
    network.cutOff();
    BookKeeperRedoLog next = open();
    Lsn end = next.fence(next.currentEpoch().next());
    assertThat(end).isEqualTo(before.end);
    CompletableFuture<Lsn> late = old.append(Frames.frame(1, end, 1, 10), Durability.DISK);
    assertThatThrownBy(() -> late.get(20, SECONDS)).hasCauseInstanceOf(Fenced.class);
    CompletableFuture<Lsn> later = old.append(Frames.frame(1, end, 1, 10), Durability.LAZY);
    assertThatThrownBy(() -> later.get(20, SECONDS)).hasCauseInstanceOf(Fenced.class);
    assertThatThrownBy(() -> old.trim(end)).isInstanceOf(Fenced.class);
    Load after = new Load(next, 2, end);
    after.append(30);
    after.awaitAll();
    before.frames.addAll(after.frames);
    before.end = after.end;
    checkHistory(before);
  }

  @Test
  void aWriterWhoseLedgerIsRecoveredByAnOperatorGoesOn() throws Exception {
    BookKeeperRedoLog log = open();
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.append(10);
    load.awaitAll();
    try (BookKeeperLedgers tool = cluster.openLedgers()) {
      tool.recover(log.chain().last().orElseThrow().id()).close();
    }
    load.append(10);
    load.awaitAll();
    checkHistory(load);
  }

  @Test
  void aFullDiskOfABookieStopsNobody() throws Exception {
    BookKeeperRedoLog log = open();
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.run(50, () -> {});
    cluster.fillDisk(2, true);
    long end = System.nanoTime() + LONG.toNanos();
    while (cluster.bookie(2).status().writable()) {
      assertThat(System.nanoTime()).isLessThan(end);
      load.run(5, () -> {});
    }
    load.run(200, () -> {});
    System.out.printf("longest pause with a bookie's disk full: %d ms%n", load.pauseMillis);
    cluster.fillDisk(2, false);
    while (!cluster.bookie(2).status().writable()) {
      assertThat(System.nanoTime()).isLessThan(end);
      load.run(5, () -> {});
    }
    checkHistory(load);
  }

  @Test
  void trimmedLedgersAreDeletedAndTheirReadersTold() throws Exception {
    BookKeeperRedoLog log = open();
    log.fence(new Epoch(1));
    Load load = new Load(log, 1, Lsn.ZERO);
    load.run(1000, () -> {});
    LedgerChain before = log.chain();
    assertThat(before.ledgers().size()).isGreaterThan(2);
    RedoReader slow = open().openReader(Lsn.ZERO);
    log.trim(load.end);
    assertThat(log.chain().doomed()).isEmpty();
    assertThat(log.startLsn()).isEqualTo(before.last().orElseThrow().firstLsn());
    assertThatThrownBy(() -> slow.next(LONG)).hasMessageContaining("trimmed");
    try (BookKeeperLedgers store = cluster.openLedgers()) {
      assertThat(store.open(before.ledgers().getFirst().id())).isEmpty();
      assertThat(store.open(before.ledgers().getLast().id())).isPresent();
    }
  }

  private void checkHistory(Load load) {
    BookKeeperRedoLog reader = open();
    long end = System.nanoTime() + LONG.toNanos();
    while (reader.durableLsn().isBefore(load.end)) {
      assertThat(System.nanoTime()).as("durable up to " + reader.durableLsn()).isLessThan(end);
    }
    LogVerifier.Report report = LogVerifier.verify(reader);
    assertThat(report.findings()).isEmpty();
    assertThat(report.end()).isEqualTo(load.end);
    try (RedoReader all = reader.openReader(Lsn.ZERO)) {
      checkReads(all, load.frames);
    }
  }

  private static void checkReads(RedoReader reader, List<Frame> frames) {
    for (Frame frame : frames) {
      assertThat(reader.next(LONG).orElseThrow().bytes()).isEqualTo(frame.bytes());
    }
  }

  /// Frames appended one after the other, and what became of them.
  private static final class Load {
    private final BookKeeperRedoLog log;
    private final long epoch;
    private final List<Frame> frames = new ArrayList<>();
    private final List<CompletableFuture<Lsn>> futures = new ArrayList<>();
    private Lsn end;
    private long pauseMillis;

    Load(BookKeeperRedoLog log, long epoch, Lsn start) {
      this.log = log;
      this.epoch = epoch;
      this.end = start;
    }

    void append(int count) {
      for (int i = 0; i < count; i++) {
        Frame frame = Frames.frame(epoch, end, frames.size(), (frames.size() * 37) % 1500);
        frames.add(frame);
        futures.add(log.append(frame, Durability.DISK));
        end = frame.endLsn();
      }
    }

    void awaitAll() throws Exception {
      for (CompletableFuture<Lsn> future : futures) {
        future.get(60, SECONDS);
      }
      assertThat(log.durableLsn()).isEqualTo(end);
    }

    /// Two outstanding at a time, as the engine does; `fault` happens in the middle.
    void run(int count, Runnable fault) throws Exception {
      Thread faulty = Thread.ofPlatform().unstarted(fault);
      for (int i = 0; i < count; i++) {
        if (i == count / 4) {
          faulty.start();
        }
        long start = System.nanoTime();
        append(1);
        if (futures.size() > 1) {
          futures.get(futures.size() - 2).get(60, SECONDS);
        }
        pauseMillis = Math.max(pauseMillis, (System.nanoTime() - start) / 1_000_000);
      }
      faulty.join(60_000);
      awaitAll();
    }

    void appendUntilTaken(Frame frame) throws Exception {
      long give = System.nanoTime() + 60_000_000_000L;
      while (System.nanoTime() < give) {
        CompletableFuture<Lsn> future = log.append(frame, Durability.DISK);
        try {
          end = future.get(60, SECONDS);
          frames.add(frame);
          return;
        } catch (java.util.concurrent.ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(Exhausted.class);
        }
      }
      throw new RetryLater("not taken");
    }

    Frame last() {
      return frames.getLast();
    }

    CompletableFuture<Lsn> last(int back) {
      return futures.get(futures.size() - back);
    }
  }
}
