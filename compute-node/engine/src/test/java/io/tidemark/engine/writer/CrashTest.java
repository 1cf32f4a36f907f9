package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.ReplayedPages;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs a workload once, then opens the engine on what a crash after each frame would have left,
/// and compares it with the model of that moment.
class CrashTest {
  /// Rows of each table by name, as of an LSN at which they were committed.
  private record Moment(Lsn lsn, Map<String, TreeMap<Integer, String>> tables) {}

  private final List<Moment> moments = new ArrayList<>();
  private final Map<String, TreeMap<Integer, String>> model = new TreeMap<>();

  @ParameterizedTest
  @ValueSource(longs = {11, 12})
  void findsEveryCommittedRowAfterACrashBehindAnyFrame(long seed) {
    System.out.println("seed " + seed);
    MemoryRedoLog log = runWorkload(seed);
    List<Lsn> ends = log.frameEnds();
    Lsn firstMoment = moments.getFirst().lsn();
    int step = Math.max(1, ends.size() / 150);
    for (int i = 0; i < ends.size(); i += i < 60 ? 1 : step) {
      Lsn end = ends.get(i);
      try (TestEngine test = TestEngine.open(log.cut(end))) {
        if (!end.isBefore(firstMoment)) {
          compare(test, end);
        }
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", cut at " + end, e);
      }
    }
  }

  private void compare(TestEngine test, Lsn end) {
    assertThat(test.engine.awaitRecovered(Duration.ofSeconds(20))).isTrue();
    Moment before = null;
    Moment after = null;
    for (Moment moment : moments) {
      if (moment.lsn().isAfter(end)) {
        after = moment;
        break;
      }
      before = moment;
    }
    Transaction reader = test.begin();
    Map<String, TreeMap<Integer, String>> found = new TreeMap<>();
    for (TableDescriptor table : test.engine.dictionary().tables("d")) {
      TreeMap<Integer, String> rows = TestEngine.rows(reader, table, 0);
      for (int i = 1; i < table.indexes().size(); i++) {
        assertThat(TestEngine.rows(reader, table, i)).isEqualTo(rows);
      }
      found.put(table.name(), rows);
    }
    reader.commit();
    test.settle();
    for (TableDescriptor table : test.engine.dictionary().tables("d")) {
      assertThat(test.engine.verify(table).space().unreached())
          .as("pages of %s that are neither used nor free", table.name())
          .isZero();
    }
    // A DDL statement is a moment whose LSN is known only from behind it.
    if (after == null || !found.equals(after.tables())) {
      assertThat(found).isEqualTo(before.tables());
    }
  }

  private MemoryRedoLog runWorkload(long seed) {
    Random random = new Random(seed);
    TestEngine test = TestEngine.create(64);
    moment(test.engine.visibleLsn());
    test.createTable("a", "kU");
    model.put("a", new TreeMap<>());
    moment(test.engine.visibleLsn());
    for (int round = 0; round < 60; round++) {
      if (round % 12 == 5) {
        ddl(test, random, round);
      } else {
        rows(test, random);
      }
    }
    Transaction open = test.begin();
    change(open, test, random, new TreeMap<>(model.get("a")));
    test.close();
    return test.log;
  }

  private void moment(Lsn lsn) {
    Map<String, TreeMap<Integer, String>> copy = new TreeMap<>();
    model.forEach((name, rows) -> copy.put(name, new TreeMap<>(rows)));
    moments.add(new Moment(lsn, copy));
  }

  private void ddl(TestEngine test, Random random, int round) {
    String extra = "x" + round / 24;
    Transaction tx = test.begin();
    try (DdlTransaction ddl = test.engine.beginDdl(tx)) {
      TableDescriptor a = test.table("a");
      if (!model.containsKey(extra)) {
        ddl.createTable("d", extra, TestFormat.definition("k"), List.of(true, false));
        model.put(extra, new TreeMap<>());
      } else if (random.nextBoolean()) {
        ddl.dropTable(test.table(extra));
        model.remove(extra);
      } else {
        ddl.renameTable(test.table(extra), "d", extra + "y");
        model.put(extra + "y", model.remove(extra));
      }
      if (a.indexes().size() == 3) {
        ddl.addIndex(a, TestFormat.definition("kuk"), false);
      } else {
        ddl.dropIndex(a, TestFormat.definition("ku"), 3);
      }
      ddl.commit();
    }
    tx.commit();
    moment(test.engine.visibleLsn());
  }

  private void rows(TestEngine test, Random random) {
    Transaction tx = test.begin();
    TreeMap<Integer, String> rows = new TreeMap<>(model.get("a"));
    change(tx, test, random, rows);
    if (random.nextInt(4) == 0) {
      tx.rollback();
    } else {
      Lsn lsn = tx.commit();
      model.put("a", rows);
      moment(lsn);
    }
  }

  private static void change(
      Transaction tx, TestEngine test, Random random, TreeMap<Integer, String> rows) {
    TableDescriptor table = test.table("a");
    if (random.nextInt(3) == 0) {
      insertBatch(tx, table, random, rows);
    }
    for (int i = random.nextInt(40); i >= 0; i--) {
      int id = random.nextInt(300);
      int u = random.nextInt(3) == 0 ? TestFormat.NULL : random.nextInt(600);
      int length = random.nextInt(25) == 0 ? 6000 : random.nextInt(300);
      byte[] bytes = row(random.nextInt(9), u, "t".repeat(length));
      long savepoint = tx.savepoint();
      try {
        if (!rows.containsKey(id)) {
          tx.insert(table, key(id), bytes, false);
          rows.put(id, TestEngine.show(bytes));
        } else if (random.nextInt(3) == 0) {
          tx.delete(table, key(id));
          rows.remove(id);
        } else {
          tx.update(table, key(id), bytes);
          rows.put(id, TestEngine.show(bytes));
        }
      } catch (DuplicateKey e) {
        assertThat(tx.savepoint()).isGreaterThanOrEqualTo(savepoint);
      }
    }
  }

  private static void insertBatch(
      Transaction tx, TableDescriptor table, Random random, TreeMap<Integer, String> rows) {
    RowBatch batch = new RowBatch();
    TreeMap<Integer, String> inserted = new TreeMap<>();
    int id = random.nextInt(300);
    for (int i = random.nextInt(60); i > 0; i--) {
      id = random.nextInt(5) == 0 ? random.nextInt(300) : id + 1;
      if (!rows.containsKey(id) && !inserted.containsKey(id)) {
        int u = random.nextInt(8) == 0 ? random.nextInt(600) : TestFormat.NULL;
        int length = random.nextInt(25) == 0 ? 6000 : random.nextInt(300);
        byte[] bytes = row(random.nextInt(9), u, "b".repeat(length));
        batch.add(key(id), bytes);
        inserted.put(id, TestEngine.show(bytes));
      }
    }
    try {
      tx.insertAll(table, batch);
      rows.putAll(inserted);
    } catch (DuplicateKey e) {
      assertThat(e.indexNo()).isEqualTo(2);
    }
  }

  @Test
  void takesBackAnOpenBatchAfterACrashBehindAnyMtr() {
    TestEngine test = TestEngine.create();
    TableDescriptor table = test.createTable("t", "kU");
    RowBatch batch = new RowBatch();
    Transaction setup = test.begin();
    for (int id = 0; id < 300; id += 3) {
      batch.add(key(id), row(id % 5, id, "s".repeat(100)));
    }
    setup.insertAll(table, batch);
    Lsn committed = setup.commit();
    Transaction reader = test.begin();
    TreeMap<Integer, String> expected = TestEngine.rows(reader, table, 0);
    reader.commit();
    Transaction open = test.begin();
    for (int id = 0; id < 300; id += 9) {
      open.delete(table, key(id));
    }
    batch.clear();
    for (int id = 300; id < 400; id++) {
      batch.add(key(id), row(id % 5, id, "o".repeat(id % 30 == 0 ? 6000 : 120)));
    }
    for (int id = 0; id < 100; id++) {
      if (id % 9 == 0 || id % 3 != 0) {
        batch.add(key(id), row(id % 5, 1000 + id, "o".repeat(50)));
      }
    }
    open.insertAll(table, batch);
    test.close();
    MemoryRedoLog log = ReplayedPages.byMtr(test.log);
    int crashes = 0;
    for (Lsn end : log.frameEnds()) {
      if (!end.isBefore(committed)) {
        crashes++;
        try (TestEngine again = TestEngine.open(log.cut(end))) {
          assertThat(again.engine.awaitRecovered(Duration.ofSeconds(20))).isTrue();
          TableDescriptor there = again.table("t");
          Transaction after = again.begin();
          for (int index = 0; index < 3; index++) {
            assertThat(TestEngine.rows(after, there, index)).isEqualTo(expected);
          }
          after.commit();
          again.engine.verify(there);
        }
      }
    }
    assertThat(crashes).isGreaterThan(100);
  }

  @Test
  void neverGivesOutACounterValueTwice() {
    TestEngine test = TestEngine.create();
    TableDescriptor table = test.createTable("t", "");
    Set<Long> given = new HashSet<>();
    List<Lsn> cuts = new ArrayList<>();
    List<Set<Long>> givenAt = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      for (int i = 0; i < 700; i++) {
        given.add(test.engine.dictionary().advanceCounter(table, 0, 1));
      }
      Transaction tx = test.begin();
      tx.insert(table, key(round), row(1, 1, ""), false);
      cuts.add(tx.commit());
      givenAt.add(new HashSet<>(given));
    }
    test.engine.dictionary().advanceCounter(table, 100_000, 1);
    MemoryRedoLog log = test.log;
    for (int round = 0; round < cuts.size(); round++) {
      try (TestEngine again = TestEngine.open(log.cut(cuts.get(round)))) {
        TableDescriptor there = again.table("t");
        for (int i = 0; i < 50; i++) {
          long value = again.engine.dictionary().advanceCounter(there, 0, 1);
          assertThat(givenAt.get(round)).doesNotContain(value);
        }
      }
    }
    long next = test.engine.dictionary().counter(table);
    test.close();
    try (TestEngine again = TestEngine.open(log)) {
      assertThat(again.engine.dictionary().counter(again.table("t"))).isEqualTo(next);
      assertThat(again.engine.dictionary().estimatedRows(again.table("t"))).isEqualTo(5);
    }
  }
}
