package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.engine.txn.SnapshotClaims;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.page.PageHeader;
import java.time.Duration;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ReplicaEngineTest {
  static ReplicaEngine open(TestEngine writer, int frames) {
    return open(writer, frames, writer.engine.horizons());
  }

  static ReplicaEngine open(TestEngine writer, int frames, SnapshotClaims claims) {
    return ReplicaEngine.open(
        new EngineConfig((long) frames * PageHeader.PAGE_BYTES, 1 << 20),
        writer.log,
        new VersionedPages(writer.log),
        TestFormat.FACTORY,
        claims);
  }

  static Transaction begin(ReplicaEngine replica) {
    return replica.begin(
        new TransactionOptions(
            IsolationLevel.REPEATABLE_READ, true, false, Duration.ofSeconds(10), Durability.DISK));
  }

  @Test
  void followsRowsAndTablesAndKeepsItsSnapshots() {
    try (TestEngine writer = TestEngine.create()) {
      TableDescriptor table = writer.createTable("t", "kU");
      Transaction tx = writer.begin();
      for (int i = 0; i < 2000; i++) {
        tx.insert(table, key(i), row(i % 7, i, "old"), false);
      }
      tx.commit();
      Transaction open = writer.begin();
      open.update(table, key(1), row(100, 1, "open"));
      try (ReplicaEngine replica = open(writer, 64)) {
        Transaction reader = begin(replica);
        TreeMap<Integer, String> before = TestEngine.rows(reader, replicaTable(replica, "t"), 0);
        assertThat(before).hasSize(2000).containsEntry(1, "1/1/old");
        Lsn lsn = open.commit();
        TableDescriptor late = writer.createTable("late", "k");
        Transaction more = writer.begin();
        more.insert(late, key(1), row(1, 1, "late"), false);
        for (int i = 0; i < 2000; i += 2) {
          more.delete(table, key(i));
        }
        Lsn second = more.commit();
        assertThat(replica.awaitApplied(second, Duration.ofSeconds(10))).isTrue();
        assertThat(second.isAfter(lsn)).isTrue();
        assertThat(TestEngine.rows(reader, replicaTable(replica, "t"), 0)).isEqualTo(before);
        assertThat(TestEngine.rows(reader, replicaTable(replica, "t"), 1)).isEqualTo(before);
        reader.commit();
        Transaction now = begin(replica);
        assertThat(TestEngine.rows(now, replicaTable(replica, "t"), 2))
            .hasSize(1000)
            .containsEntry(1, "100/1/open");
        assertThat(TestEngine.rows(now, replicaTable(replica, "late"), 1)).hasSize(1);
        assertThatThrownBy(() -> now.insert(table, key(9), row(1, 1, ""), false))
            .isInstanceOfSatisfying(
                Rejected.class, e -> assertThat(e.error().number()).isEqualTo(1290));
        now.commit();
      }
    }
  }

  private static TableDescriptor replicaTable(ReplicaEngine replica, String name) {
    return replica.dictionary().findTable("d", name).orElseThrow();
  }

  @Test
  void neverShowsHalfATransfer() throws Exception {
    int accounts = 200;
    try (TestEngine writer = TestEngine.create(128)) {
      TableDescriptor table = writer.createTable("t", "k");
      Transaction setup = writer.begin();
      for (int i = 0; i < accounts; i++) {
        setup.insert(table, key(i), row(100, i, "x".repeat(i)), false);
      }
      setup.commit();
      AtomicBoolean stop = new AtomicBoolean();
      try (ReplicaEngine replica = open(writer, 40)) {
        long deadline = System.nanoTime() + Duration.ofSeconds(3).toNanos();
        Thread transfers =
            Thread.ofPlatform().start(() -> transfer(writer, table, accounts, deadline, stop));
        TableDescriptor there = replicaTable(replica, "t");
        int snapshots = 0;
        while (System.nanoTime() < deadline || snapshots < 20) {
          Transaction reader = begin(replica);
          assertThat(sum(TestEngine.rows(reader, there, snapshots % 2))).isEqualTo(100L * accounts);
          reader.commit();
          snapshots++;
        }
        stop.set(true);
        transfers.join();
      }
    }
  }

  private static long sum(TreeMap<Integer, String> rows) {
    return rows.values().stream()
        .mapToLong(row -> Long.parseLong(row.substring(0, row.indexOf('/'))))
        .sum();
  }

  private static void transfer(
      TestEngine writer, TableDescriptor table, int accounts, long deadline, AtomicBoolean stop) {
    Random random = new Random(7);
    TreeMap<Integer, Integer> balances = new TreeMap<>();
    while (!stop.get() && System.nanoTime() < deadline) {
      Transaction tx = writer.begin();
      for (int step = 0; step < 3; step++) {
        int from = random.nextInt(accounts);
        int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
        balances.merge(from, -1, Integer::sum);
        balances.merge(to, 1, Integer::sum);
        for (int account : new int[] {from, to}) {
          int balance = 100 + balances.get(account);
          String text = "y".repeat(random.nextInt(300));
          tx.update(table, key(account), row(balance, account, text));
        }
      }
      tx.commit();
    }
  }
}
