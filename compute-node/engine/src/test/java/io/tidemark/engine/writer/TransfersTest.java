package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Many threads, one truth.
class TransfersTest {
  private static final int ACCOUNTS = 12;
  private static final Duration RUN = Duration.ofMillis(1500);

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void movesMoneyWithoutLosingAny(IsolationLevel isolation) {
    try (TestEngine test = TestEngine.create(64)) {
      TableDescriptor table = test.createTable("t", "kU");
      Transaction setup = test.begin();
      for (int i = 0; i < ACCOUNTS; i++) {
        setup.insert(table, key(i), row(100, i, "a".repeat(i * 5)), false);
      }
      setup.commit();
      AtomicLong done = new AtomicLong();
      AtomicLong deadlocks = new AtomicLong();
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      long end = System.nanoTime() + RUN.toNanos();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          Random random = new Random(i);
          workers.add(
              CompletableFuture.runAsync(
                  () -> {
                    while (System.nanoTime() < end) {
                      (transfer(test, table, isolation, random) ? done : deadlocks)
                          .incrementAndGet();
                    }
                  },
                  threads));
        }
        workers.add(
            CompletableFuture.runAsync(
                () -> {
                  while (System.nanoTime() < end) {
                    checkSum(test, table);
                  }
                },
                threads));
        workers.forEach(CompletableFuture::join);
      }
      System.out.println(isolation + ": " + done + " transfers, " + deadlocks + " deadlocks");
      checkSum(test, table);
      assertThat(done.get()).isPositive();
      assertThat(test.engine.verify(table).rows()).isEqualTo(ACCOUNTS);
      test.settle();
      assertThat(test.engine.verify(table).markedEntries()).isZero();
    }
  }

  private static void checkSum(TestEngine test, TableDescriptor table) {
    Transaction reader = test.begin();
    for (int index = 0; index < 2; index++) {
      TreeMap<Integer, String> rows = TestEngine.rows(reader, table, index);
      assertThat(rows).hasSize(ACCOUNTS);
      assertThat(
              rows.values().stream()
                  .mapToLong(row -> Long.parseLong(row.substring(0, row.indexOf('/'))))
                  .sum())
          .isEqualTo(100L * ACCOUNTS);
    }
    reader.commit();
  }

  /// False if it was the victim of a deadlock.
  private static boolean transfer(
      TestEngine test, TableDescriptor table, IsolationLevel isolation, Random random) {
    Transaction tx = test.begin(isolation);
    try {
      int from = random.nextInt(ACCOUNTS);
      int to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
      int amount = random.nextInt(10);
      add(tx, table, from, -amount, random);
      add(tx, table, to, amount, random);
      if (random.nextInt(5) == 0) {
        long savepoint = tx.savepoint();
        add(tx, table, to, 1000, random);
        tx.rollbackToSavepoint(savepoint);
      }
      if (random.nextInt(6) == 0) {
        tx.rollback();
      } else {
        tx.commit();
      }
      return true;
    } catch (Rejected e) {
      assertThat(e.error()).isEqualTo(MySqlError.LOCK_DEADLOCK);
      tx.rollback();
      return false;
    }
  }

  private static void add(
      Transaction tx, TableDescriptor table, int account, int amount, Random random) {
    byte[] row = tx.find(table, key(account), LockMode.EXCLUSIVE, LockWait.WAIT).orElseThrow();
    byte[] changed =
        row(TestFormat.k(row) + amount, TestFormat.u(row), "b".repeat(random.nextInt(300)));
    if (random.nextInt(4) == 0) {
      tx.delete(table, key(account));
      tx.insert(table, key(account), changed, false);
    } else {
      tx.update(table, key(account), changed);
    }
  }

  @Test
  void neverHoldsAUniqueKeyTwice() {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "U");
      AtomicLong inserted = new AtomicLong();
      long end = System.nanoTime() + RUN.toNanos();
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 8; i++) {
          int worker = i;
          workers.add(
              CompletableFuture.runAsync(
                  () -> insertUnique(test, table, worker, end, inserted), threads));
        }
        workers.forEach(CompletableFuture::join);
      }
      Transaction reader = test.begin();
      TreeMap<Integer, String> rows = TestEngine.rows(reader, table, 1);
      reader.commit();
      assertThat(rows.values().stream().map(row -> row.split("/", -1)[1])).doesNotHaveDuplicates();
      assertThat(inserted.get()).isPositive();
      test.engine.verify(table);
    }
  }

  private static void insertUnique(
      TestEngine test, TableDescriptor table, int worker, long end, AtomicLong inserted) {
    Random random = new Random(worker);
    int next = worker * 1_000_000;
    while (System.nanoTime() < end) {
      Transaction tx = test.begin(IsolationLevel.READ_COMMITTED);
      int id = next++;
      try {
        tx.insert(table, key(id), row(1, random.nextInt(20), "w" + worker), false);
        if (random.nextInt(3) > 0) {
          tx.delete(table, key(id));
        }
        if (random.nextInt(3) == 0) {
          tx.rollback();
        } else {
          tx.commit();
          inserted.incrementAndGet();
        }
      } catch (DuplicateKey e) {
        tx.rollback();
      } catch (Rejected e) {
        assertThat(e.error()).isEqualTo(MySqlError.LOCK_DEADLOCK);
        tx.rollback();
      }
    }
  }

  /// Serializable counting: each transaction inserts one row if the range has fewer than ten.
  @ParameterizedTest
  @EnumSource(
      value = IsolationLevel.class,
      names = {"REPEATABLE_READ", "SERIALIZABLE"})
  void keepsPhantomsOutOfLockedRanges(IsolationLevel isolation) {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "k");
      long end = System.nanoTime() + RUN.toNanos();
      AtomicLong committed = new AtomicLong();
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 6; i++) {
          Random random = new Random(i);
          workers.add(
              CompletableFuture.runAsync(
                  () -> {
                    while (System.nanoTime() < end) {
                      insertIfFew(test, table, isolation, random, committed);
                    }
                  },
                  threads));
        }
        workers.forEach(CompletableFuture::join);
      }
      assertThat(committed.get()).isPositive();
      Transaction reader = test.begin();
      for (int group = 0; group < 4; group++) {
        assertThat(
                TestEngine.rows(
                    reader,
                    table,
                    1,
                    KeyRange.prefix(TestFormat.columnPart(group)),
                    ScanOptions.CONSISTENT))
            .hasSizeLessThanOrEqualTo(10);
      }
      reader.commit();
    }
  }

  private static void insertIfFew(
      TestEngine test,
      TableDescriptor table,
      IsolationLevel isolation,
      Random random,
      AtomicLong committed) {
    int group = random.nextInt(4);
    Transaction tx = test.begin(isolation);
    try {
      ScanOptions options =
          new ScanOptions(random.nextBoolean(), false, LockMode.EXCLUSIVE, LockWait.WAIT, 0);
      TreeMap<Integer, String> rows =
          TestEngine.rows(tx, table, 1, KeyRange.prefix(TestFormat.columnPart(group)), options);
      assertThat(rows).hasSizeLessThanOrEqualTo(10);
      if (rows.size() < 10) {
        tx.insert(table, key(random.nextInt(10_000)), row(group, 0, "g"), false);
      } else {
        rows.keySet().stream().limit(7).forEach(id -> tx.delete(table, key(id)));
      }
      tx.commit();
      committed.incrementAndGet();
    } catch (DuplicateKey e) {
      tx.rollback();
    } catch (Rejected e) {
      assertThat(e.error()).isEqualTo(MySqlError.LOCK_DEADLOCK);
      tx.rollback();
    }
  }
}
