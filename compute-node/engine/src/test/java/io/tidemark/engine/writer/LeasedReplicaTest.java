package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.replica.LeasedClaims;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.engine.txn.LeasedReaders;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A replica that claims its snapshots by a lease, as one in another process does.
class LeasedReplicaTest {
  private static final int ROWS = 300;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration NEVER = Duration.ofHours(1);
  private static final Duration OFTEN = Duration.ofMillis(5);

  private final LocalCoordination service = LocalCoordination.inMemory();
  private final ReaderLeases leases = new ReaderLeases(service.connect());
  private final LocalCoordination.Session session = service.connect();
  private TestEngine writer;
  private TableDescriptor table;

  @BeforeEach
  void open() {
    writer = TestEngine.create(256, new LeasedReaders(leases));
    table = writer.createTable("t", "k");
    Transaction tx = writer.begin();
    for (int i = 0; i < ROWS; i++) {
      tx.insert(table, key(i), row(i, i, "old"), false);
    }
    tx.commit();
  }

  @AfterEach
  void close() {
    writer.close();
    service.close();
  }

  private ReplicaEngine replica(Duration period) {
    return ReplicaEngineTest.open(
        writer, 64, new LeasedClaims(new ReaderLeases(session), "replica", period));
  }

  private Lsn change(String text) {
    Transaction tx = writer.begin();
    for (int i = 0; i < ROWS; i++) {
      tx.update(table, key(i), row(i + 1, i, text));
    }
    return tx.commit();
  }

  private static TableDescriptor there(ReplicaEngine replica) {
    return replica.dictionary().findTable("d", "t").orElseThrow();
  }

  private static void assertLost(ThrowingCallable read) {
    assertThatThrownBy(read)
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error().number()).isEqualTo(1412));
  }

  @Test
  void purgeKeepsWhatALeaseClaimsAndGoesOnBehindIt() {
    try (ReplicaEngine replica = replica(OFTEN)) {
      Transaction reader = ReplicaEngineTest.begin(replica);
      TreeMap<Integer, String> before = TestEngine.rows(reader, there(replica), 0);
      assertThat(before).hasSize(ROWS);
      change("new");
      Lsn last = change("newer");
      assertThat(replica.awaitApplied(last, PATIENCE)).isTrue();
      assertThat(writer.engine.awaitPurged(Duration.ofMillis(600))).isFalse();
      assertThat(TestEngine.rows(reader, there(replica), 0)).isEqualTo(before);
      assertThat(TestEngine.rows(reader, there(replica), 1)).isEqualTo(before);
      reader.commit();
      writer.settle();
      Transaction now = ReplicaEngineTest.begin(replica);
      assertThat(TestEngine.rows(now, there(replica), 1)).containsEntry(7, "8/7/newer");
      now.commit();
    }
    assertThat(leases.claims()).isEmpty();
  }

  @Test
  void aSnapshotWhoseLeaseWasLostEndsWithAnErrorAndNeverReadsWrongRows() {
    try (ReplicaEngine replica = replica(NEVER)) {
      Transaction reader = ReplicaEngineTest.begin(replica);
      assertThat(TestEngine.rows(reader, there(replica), 0)).hasSize(ROWS);
      change("new");
      session.expire();
      writer.settle();
      Lsn last = change("newer");
      assertThat(replica.awaitApplied(last, PATIENCE)).isTrue();
      assertLost(() -> TestEngine.rows(reader, there(replica), 0));
      assertLost(() -> TestEngine.rows(reader, there(replica), 1));
      assertLost(() -> reader.find(there(replica), key(7), LockMode.NONE, LockWait.WAIT));
      reader.rollback();
      Transaction now = ReplicaEngineTest.begin(replica);
      assertThat(TestEngine.rows(now, there(replica), 1)).containsEntry(7, "8/7/newer");
      now.commit();
    }
  }

  @Test
  void aTableDroppedUnderALostSnapshotIsTheSameError() {
    try (ReplicaEngine replica = replica(NEVER)) {
      Transaction reader = ReplicaEngineTest.begin(replica);
      TableDescriptor dropped = there(replica);
      assertThat(TestEngine.rows(reader, dropped, 0)).hasSize(ROWS);
      session.expire();
      Transaction tx = writer.begin();
      tx.lockMetadata("d", "t", Transaction.MetadataLock.EXCLUSIVE);
      try (var ddl = writer.engine.beginDdl(tx)) {
        ddl.dropTable(table);
        ddl.commit();
      }
      tx.commit();
      writer.settle();
      writer.createTable("other", "k");
      Transaction more = writer.begin();
      more.insert(writer.table("other"), key(1), row(1, 1, "x"), false);
      assertThat(replica.awaitApplied(more.commit(), PATIENCE)).isTrue();
      assertLost(() -> TestEngine.rows(reader, dropped, 0));
      reader.rollback();
    }
  }

  @Test
  void aLostLeaseIsTakenAgain() {
    try (ReplicaEngine replica = replica(OFTEN)) {
      Transaction reader = ReplicaEngineTest.begin(replica);
      Lsn snapshot = reader.snapshotLsn();
      session.expire();
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (leases.lowestSnapshot().filter(snapshot::equals).isEmpty()) {
        assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
      reader.commit();
    }
  }
}
