package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Interleaves transactions by a seed and compares every read with a model of snapshot isolation:
/// sorted maps, copied whenever a snapshot is taken. A row that a transaction has written is left
/// alone by the others, so nobody waits.
class ModelTest {
  private static final int KEYS = 120;
  private static final int SESSIONS = 5;

  private final TreeMap<Integer, String> committed = new TreeMap<>();
  private final Set<Integer> written = new HashSet<>();
  private final Set<Integer> numbers = new HashSet<>();

  /// A transaction with what it should see.
  private final class Session {
    Transaction tx;
    IsolationLevel isolation;
    TreeMap<Integer, String> snapshot;
    final Map<Integer, String> own = new HashMap<>();
    final Set<Integer> locked = new HashSet<>();
    final Set<Integer> lockedNumbers = new HashSet<>();

    TreeMap<Integer, String> visible() {
      TreeMap<Integer, String> rows = new TreeMap<>(snapshot);
      apply(rows, own);
      return rows;
    }

    /// What its writes meet: the newest rows.
    TreeMap<Integer, String> newest() {
      TreeMap<Integer, String> rows = new TreeMap<>(committed);
      apply(rows, own);
      return rows;
    }
  }

  private static void apply(TreeMap<Integer, String> rows, Map<Integer, String> changes) {
    changes.forEach((id, row) -> {
      if (row == null) {
        rows.remove(id);
      } else {
        rows.put(id, row);
      }
    });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void readsWhatTheModelSays(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (TestEngine test = TestEngine.create(96)) {
      TableDescriptor table = test.createTable("t", "kU");
      List<Session> sessions = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        sessions.add(null);
      }
      for (int step = 0; step < 2500; step++) {
        int index = random.nextInt(SESSIONS);
        Session session = sessions.get(index);
        if (session == null) {
          sessions.set(index, begin(test, random));
        } else {
          int choice = random.nextInt(100);
          if (choice < 6) {
            finish(session, choice < 4);
            sessions.set(index, null);
          } else {
            statement(test, table, session, random);
          }
        }
      }
      sessions.stream().filter(s -> s != null).forEach(s -> finish(s, true));
      Transaction last = test.begin();
      assertThat(TestEngine.rows(last, table, 0)).isEqualTo(committed);
      assertThat(TestEngine.rows(last, table, 1)).isEqualTo(committed);
      assertThat(TestEngine.rows(last, table, 2)).isEqualTo(committed);
      last.commit();
      test.engine.verify(table);
      test.settle();
      assertThat(test.engine.verify(table).markedEntries()).isZero();
      assertThat(test.engine.verify(table).deletedRows()).isZero();
    }
  }

  private Session begin(TestEngine test, Random random) {
    Session session = new Session();
    session.isolation =
        random.nextBoolean() ? IsolationLevel.REPEATABLE_READ : IsolationLevel.READ_COMMITTED;
    session.tx = test.begin(session.isolation);
    session.tx.snapshotLsn();
    session.snapshot = new TreeMap<>(committed);
    return session;
  }

  private void finish(Session session, boolean commit) {
    if (commit) {
      session.tx.commit();
      apply(committed, session.own);
    } else {
      session.tx.rollback();
    }
    written.removeAll(session.locked);
    numbers.removeAll(session.lockedNumbers);
  }

  private void statement(TestEngine test, TableDescriptor table, Session session, Random random) {
    session.tx.startStatement();
    if (session.isolation == IsolationLevel.READ_COMMITTED) {
      session.tx.snapshotLsn();
      session.snapshot = new TreeMap<>(committed);
    }
    int choice = random.nextInt(10);
    if (choice < 3) {
      read(table, session, random);
    } else if (choice < 8) {
      change(table, session, random);
    } else if (choice < 9) {
      changeByBatch(table, session, random);
    } else {
      long savepoint = session.tx.savepoint();
      Map<Integer, String> before = new HashMap<>(session.own);
      for (int i = random.nextInt(6); i >= 0; i--) {
        change(table, session, random);
        if (random.nextInt(3) == 0) {
          changeByBatch(table, session, random);
        }
      }
      if (random.nextBoolean()) {
        session.tx.rollbackToSavepoint(savepoint);
        session.own.clear();
        session.own.putAll(before);
      }
    }
  }

  private void read(TableDescriptor table, Session session, Random random) {
    TreeMap<Integer, String> expected = session.visible();
    int id = random.nextInt(KEYS);
    assertThat(session.tx.find(table, key(id), LockMode.NONE, LockWait.WAIT).map(TestEngine::show))
        .isEqualTo(Optional.ofNullable(expected.get(id)));
    int indexNo = random.nextInt(3);
    ScanOptions options =
        new ScanOptions(random.nextBoolean(), false, LockMode.NONE, LockWait.WAIT, 0);
    assertThat(TestEngine.rows(session.tx, table, indexNo, KeyRange.all(), options))
        .isEqualTo(expected);
    int k = random.nextInt(5);
    assertThat(
            TestEngine.rows(
                session.tx, table, 1, KeyRange.prefix(TestFormat.columnPart(k)), options))
        .isEqualTo(
            expected.entrySet().stream()
                .filter(entry -> entry.getValue().startsWith(k + "/"))
                .collect(
                    Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, TreeMap::new)));
  }

  private void change(TableDescriptor table, Session session, Random random) {
    int id = random.nextInt(KEYS);
    if (written.contains(id) && !session.locked.contains(id)) {
      return;
    }
    int u = random.nextInt(3) == 0 ? TestFormat.NULL : random.nextInt(KEYS * 2);
    if (u != TestFormat.NULL && numbers.contains(u) && !session.lockedNumbers.contains(u)) {
      return;
    }
    TreeMap<Integer, String> rows = session.newest();
    String there = rows.get(id);
    int oldNumber = there == null ? TestFormat.NULL : numberOf(there);
    // Nobody else may wait for a row that this one may not finish with.
    if (oldNumber != TestFormat.NULL
        && numbers.contains(oldNumber)
        && !session.lockedNumbers.contains(oldNumber)) {
      return;
    }
    Integer holder = holderOf(rows, u);
    if (holder != null && written.contains(holder) && !session.locked.contains(holder)) {
      return;
    }
    byte[] bytes = row(random.nextInt(5), u, "v".repeat(random.nextInt(400)));
    lock(session, id, u, oldNumber);
    if (holder != null) {
      lock(session, holder, u, u);
    }
    if (there != null && random.nextInt(3) == 0) {
      assertThat(session.tx.delete(table, key(id))).isTrue();
      session.own.put(id, null);
      return;
    }
    boolean duplicate = holder != null && holder != id;
    try {
      if (there == null) {
        session.tx.insert(table, key(id), bytes, false);
      } else {
        session.tx.update(table, key(id), bytes);
      }
      assertThat(duplicate).isFalse();
      session.own.put(id, TestEngine.show(bytes));
    } catch (DuplicateKey e) {
      assertThat(duplicate).isTrue();
      assertThat(TestFormat.number(e.existingPrimaryKey())).isEqualTo(holder);
    }
  }

  /// Inserts rows as a batch, with the outcome of one after another.
  private void changeByBatch(TableDescriptor table, Session session, Random random) {
    TreeMap<Integer, String> rows = session.newest();
    RowBatch batch = new RowBatch();
    Map<Integer, String> inserted = new HashMap<>();
    int failed = -1;
    Integer existing = null;
    int indexNo = 0;
    int id = random.nextInt(KEYS);
    for (int i = random.nextInt(30); i >= 0; i--) {
      id = random.nextInt(6) == 0 ? random.nextInt(KEYS) : (id + 1 + random.nextInt(2)) % KEYS;
      boolean late = failed >= 0;
      int u = random.nextInt(4) > 0 ? TestFormat.NULL : random.nextInt(KEYS * 2);
      Integer holder = holderOf(rows, u);
      boolean free =
          !(written.contains(id) && !session.locked.contains(id))
              && !(numbers.contains(u) && !session.lockedNumbers.contains(u))
              && !(holder != null && written.contains(holder) && !session.locked.contains(holder));
      if (!free || (rows.containsKey(id) && random.nextInt(10) > 0)) {
        continue;
      }
      byte[] bytes = row(random.nextInt(5), u, "b".repeat(random.nextInt(400)));
      batch.add(key(id), bytes);
      if (late) {
        // Nobody comes to it, so it stays unlocked: others may write it.
        continue;
      }
      lock(session, id, u, TestFormat.NULL);
      if (rows.containsKey(id)) {
        failed = batch.size() - 1;
        existing = id;
      } else if (holder != null) {
        lock(session, holder, u, u);
        failed = batch.size() - 1;
        existing = holder;
        indexNo = 2;
      } else {
        rows.put(id, TestEngine.show(bytes));
        inserted.put(id, TestEngine.show(bytes));
      }
    }
    try {
      session.tx.insertAll(table, batch);
      assertThat(failed).isNegative();
      session.own.putAll(inserted);
    } catch (DuplicateKey e) {
      assertThat(e.row()).isEqualTo(failed);
      assertThat(e.indexNo()).isEqualTo(indexNo);
      assertThat(TestFormat.number(e.existingPrimaryKey())).isEqualTo(existing);
    }
  }

  private void lock(Session session, int id, int u, int oldNumber) {
    written.add(id);
    session.locked.add(id);
    for (int number : new int[] {u, oldNumber}) {
      if (number != TestFormat.NULL) {
        numbers.add(number);
        session.lockedNumbers.add(number);
      }
    }
  }

  private static Integer holderOf(TreeMap<Integer, String> rows, int u) {
    for (Map.Entry<Integer, String> entry : rows.entrySet()) {
      if (u != TestFormat.NULL && numberOf(entry.getValue()) == u) {
        return entry.getKey();
      }
    }
    return null;
  }

  private static int numberOf(String row) {
    String number = row.split("/", -1)[1];
    return number.equals("null") ? TestFormat.NULL : Integer.parseInt(number);
  }
}
