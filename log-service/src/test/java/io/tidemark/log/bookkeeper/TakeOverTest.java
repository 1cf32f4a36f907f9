package io.tidemark.log.bookkeeper;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.LogVerifier;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.fault.FaultyCoordination;
import io.tidemark.log.node.BookKeeperFixture;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A claim of the log that breaks off at each of its steps.
class TakeOverTest {
  private static final int MAX_CALLS = 50;

  @TempDir private static Path directory;
  private static BookKeeperFixture cluster;
  private static BookKeeperLedgers ledgers;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = BookKeeperFixture.start(directory, 3);
    ledgers = cluster.openLedgers();
  }

  @AfterAll
  static void stopCluster() {
    ledgers.close();
    cluster.close();
  }

  @Test
  void aWriterThatDiesInTheMiddleIsFollowedByAnother() throws Exception {
    for (boolean carriedOut : new boolean[] {false, true}) {
      int calls = 0;
      while (diesAt(calls, carriedOut)) {
        calls++;
        assertThat(calls).isLessThan(MAX_CALLS);
      }
      assertThat(calls).as("calls of a claim").isGreaterThan(2);
    }
  }

  /// Whether a claim has as many calls as that.
  private static boolean diesAt(int call, boolean carriedOut) throws Exception {
    try (LocalCoordination service = LocalCoordination.inMemory()) {
      Lsn end = write(service.connect(), Lsn.ZERO);
      FaultyCoordination network = new FaultyCoordination(service.connect());
      boolean died = false;
      try (BookKeeperRedoLog dying = open(network)) {
        Epoch epoch = dying.currentEpoch().next();
        network.failCall(call, carriedOut);
        dying.fence(epoch);
      } catch (RetryLater e) {
        died = true;
      }
      end = write(service.connect(), end);
      try (BookKeeperRedoLog reader = open(service.connect())) {
        LogVerifier.Report report = LogVerifier.verify(reader);
        assertThat(report.findings()).isEmpty();
        assertThat(report.end()).isEqualTo(end);
      }
      return died;
    }
  }

  @Test
  void aClaimWhoseAnswerWasLostCanBeRepeated() throws Exception {
    for (int call = 0; call < 4; call++) {
      try (LocalCoordination service = LocalCoordination.inMemory()) {
        Lsn end = write(service.connect(), Lsn.ZERO);
        FaultyCoordination network = new FaultyCoordination(service.connect());
        try (BookKeeperRedoLog log = open(network)) {
          Epoch epoch = log.currentEpoch().next();
          network.failCall(call, true);
          assertThatThrownBy(() -> log.fence(epoch)).isInstanceOf(RetryLater.class);
          network.heal();
          assertThat(log.fence(epoch)).isEqualTo(end);
          log.append(Frames.frame(epoch.value(), end, 1, 1), Durability.DISK).get(20, SECONDS);
          assertThatThrownBy(() -> log.fence(epoch)).isInstanceOf(Fenced.class);
        }
      }
    }
  }

  @Test
  void twoWhoClaimTheSameEpochDoNotShareIt() throws Exception {
    try (LocalCoordination service = LocalCoordination.inMemory();
        BookKeeperRedoLog one = open(service.connect());
        BookKeeperRedoLog other = open(service.connect())) {
      one.fence(new Epoch(1));
      assertThatThrownBy(() -> other.fence(new Epoch(1))).isInstanceOf(Fenced.class);
      one.append(Frames.frame(1, Lsn.ZERO, 1, 1), Durability.DISK).get(20, SECONDS);
    }
  }

  private static BookKeeperRedoLog open(Coordination coordination) {
    return BookKeeperRedoLog.open(
        new Shared(ledgers), coordination, "log/chain", BookKeeperRedoLogConfig.DEFAULT);
  }

  /// A writer that comes, appends and goes.
  private static Lsn write(Coordination coordination, Lsn start) throws Exception {
    try (BookKeeperRedoLog log = open(coordination)) {
      Epoch epoch = log.currentEpoch().next();
      assertThat(log.fence(epoch)).isEqualTo(start);
      Lsn end = start;
      for (int i = 0; i < 3; i++) {
        end = log.append(Frames.frame(epoch.value(), end, i, 50), Durability.DISK).get(20, SECONDS);
      }
      return end;
    }
  }

  /// One client for all logs of the test.
  private record Shared(LedgerStore target) implements LedgerStore {
    @Override
    public WritableLedger create() {
      return target.create();
    }

    @Override
    public ReadableLedger recover(long id) {
      return target.recover(id);
    }

    @Override
    public Optional<ReadableLedger> open(long id) {
      return target.open(id);
    }

    @Override
    public void delete(long id) {
      target.delete(id);
    }

    @Override
    public void close() {}
  }
}
