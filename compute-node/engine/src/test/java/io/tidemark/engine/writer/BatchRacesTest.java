package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Batches of many threads into the same leaves, among single writes, rollbacks, readers and
/// holders of gap locks. Every row of a batch has the batch's number, so whoever sees one of them
/// sees all. `-Dtidemark.race.millis=60000` for longer.
class BatchRacesTest {
  private static final int IDS = 4000;
  private static final int WRITERS = 4;
  private static final Duration RUN =
      Duration.ofMillis(Integer.getInteger("tidemark.race.millis", 2500));

  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  /// Sizes of the committed batches that nobody has deleted since.
  private final Map<Integer, Integer> sizes = new ConcurrentHashMap<>();

  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @Test
  void batchesAreThereAsAWholeOrNotAtAll() {
    long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
    System.out.println("tidemark.test.seed=" + seed);
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "kU");
      try (ReplicaEngine replica = ReplicaEngineTest.open(test, 256);
          ExecutorService threads = Executors.newCachedThreadPool()) {
        long end = System.nanoTime() + RUN.toNanos();
        List<CompletableFuture<Void>> workers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          Random random = new Random(seed + i);
          workers.add(repeat(threads, end, () -> write(test, table, random)));
        }
        Random random = new Random(seed - 1);
        workers.add(repeat(threads, end, () -> lockGaps(test, table, random)));
        workers.add(repeat(threads, end, () -> readWhole(test.begin(), table)));
        workers.add(
            repeat(
                threads,
                end,
                () ->
                    replica
                        .dictionary()
                        .findTable("d", "t")
                        .ifPresent(there -> readWhole(ReplicaEngineTest.begin(replica), there))));
        workers.forEach(CompletableFuture::join);
        // The first is the cause of the others, who waited for its locks.
        assertThat(failures.peek()).isNull();
      }
      System.out.println(numbers + " batches, " + refused + " refused or deadlocked");
      Map<Integer, Integer> found = readWhole(test.begin(), table);
      assertThat(found).isEqualTo(sizes);
      long rows = found.values().stream().mapToLong(Integer::longValue).sum();
      assertThat(test.engine.verify(table).rows()).isEqualTo(rows);
      test.settle();
      assertThat(test.engine.verify(table).markedEntries()).isZero();
      assertThat(test.engine.verify(table).deletedRows()).isZero();
    }
  }

  /// Repeats a step until the time is over or any thread has failed.
  private CompletableFuture<Void> repeat(ExecutorService threads, long end, Runnable step) {
    return CompletableFuture.runAsync(
        () -> {
          while (System.nanoTime() < end && failures.isEmpty()) {
            try {
              step.run();
            } catch (RuntimeException | AssertionError e) {
              failures.add(e);
            }
          }
        },
        threads);
  }

  private void write(TestEngine test, TableDescriptor table, Random random) {
    Transaction tx =
        test.begin(
            random.nextBoolean() ? IsolationLevel.REPEATABLE_READ : IsolationLevel.READ_COMMITTED);
    try {
      Map<Integer, Integer> inserted = new HashMap<>();
      List<Integer> deleted = new ArrayList<>();
      for (int i = random.nextInt(3); i >= 0; i--) {
        if (random.nextInt(3) == 0) {
          deleteOne(tx, table, random, inserted, deleted);
        } else {
          insertOne(tx, table, random, inserted);
        }
      }
      if (random.nextInt(5) == 0) {
        tx.rollback();
      } else {
        // Before anybody else can delete them.
        sizes.putAll(inserted);
        tx.commit();
        deleted.forEach(sizes::remove);
      }
    } catch (Rejected e) {
      assertThat(e.error()).isEqualTo(MySqlError.LOCK_DEADLOCK);
      refused.incrementAndGet();
      tx.rollback();
    }
  }

  private void insertOne(
      Transaction tx, TableDescriptor table, Random random, Map<Integer, Integer> inserted) {
    int number = numbers.incrementAndGet();
    RowBatch batch = new RowBatch();
    int id = random.nextInt(IDS);
    int step = 1 + random.nextInt(3);
    for (int i = 1 + random.nextInt(60); i > 0; i--) {
      id = random.nextInt(20) == 0 ? random.nextInt(IDS) : id + step;
      int u = random.nextInt(10) > 0 ? TestFormat.NULL : random.nextInt(100_000);
      int length = random.nextInt(100) == 0 ? 5000 : random.nextInt(200);
      batch.add(key(id), row(number, u, "r".repeat(length)));
    }
    long savepoint = tx.savepoint();
    try {
      tx.insertAll(table, batch);
      if (random.nextInt(8) == 0) {
        tx.rollbackToSavepoint(savepoint);
      } else {
        inserted.put(number, batch.size());
      }
    } catch (DuplicateKey e) {
      assertThat(e.row()).isBetween(0, batch.size() - 1);
      refused.incrementAndGet();
    }
  }

  /// Deletes all rows of a batch.
  private void deleteOne(
      Transaction tx,
      TableDescriptor table,
      Random random,
      Map<Integer, Integer> inserted,
      List<Integer> deleted) {
    List<Integer> there = new ArrayList<>(sizes.keySet());
    int number = there.isEmpty() ? 1 : there.get(random.nextInt(there.size()));
    TreeMap<Integer, String> rows =
        TestEngine.rows(
            tx,
            table,
            1,
            KeyRange.prefix(TestFormat.columnPart(number)),
            ScanOptions.locking(LockMode.EXCLUSIVE));
    rows.keySet().forEach(id -> assertThat(tx.delete(table, key(id))).isTrue());
    if (!rows.isEmpty()) {
      inserted.remove(number);
      deleted.add(number);
    }
  }

  /// A range that is locked has no phantoms.
  private void lockGaps(TestEngine test, TableDescriptor table, Random random) {
    Transaction tx = test.begin(IsolationLevel.REPEATABLE_READ);
    try {
      int low = random.nextInt(IDS);
      KeyRange range = KeyRange.of(key(low), true, key(low + random.nextInt(200)), true);
      ScanOptions options = ScanOptions.locking(LockMode.SHARE);
      TreeMap<Integer, String> first = TestEngine.rows(tx, table, 0, range, options);
      tx.startStatement();
      assertThat(TestEngine.rows(tx, table, 0, range, options)).isEqualTo(first);
      tx.commit();
    } catch (Rejected e) {
      assertThat(e.error()).isEqualTo(MySqlError.LOCK_DEADLOCK);
      tx.rollback();
    }
  }

  /// Number of rows of each batch; a batch is counted the same through every index.
  private Map<Integer, Integer> readWhole(Transaction reader, TableDescriptor table) {
    TreeMap<Integer, String> rows = TestEngine.rows(reader, table, 0);
    assertThat(TestEngine.rows(reader, table, 1)).isEqualTo(rows);
    assertThat(TestEngine.rows(reader, table, 2)).isEqualTo(rows);
    reader.commit();
    Map<Integer, Integer> found = new HashMap<>();
    rows.values()
        .forEach(row ->
            found.merge(Integer.parseInt(row.substring(0, row.indexOf('/'))), 1, (a, b) -> a + b));
    found.forEach((number, count) -> {
      Integer whole = sizes.get(number);
      if (whole != null) {
        assertThat(count).as("rows of batch %d", number).isEqualTo(whole);
      }
    });
    return found;
  }
}
