package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The anomalies of the literature, each level with MySQL's outcome. A statement that has to wait
/// is told by a short timeout.
class IsolationTest {
  private static final Duration SHORT = Duration.ofMillis(60);

  private TestEngine test;
  private TableDescriptor table;

  @BeforeEach
  void open() {
    test = TestEngine.create();
    table = test.createTable("t", "k");
    Transaction setup = test.begin();
    setup.insert(table, key(10), row(1, 0, ""), false);
    setup.insert(table, key(20), row(2, 0, ""), false);
    setup.commit();
  }

  @AfterEach
  void close() {
    test.engine.verify(table);
    test.close();
  }

  private Transaction begin(IsolationLevel level) {
    return test.begin(level, SHORT);
  }

  private int read(Transaction tx, int id) {
    tx.startStatement();
    return tx.find(table, key(id), LockMode.NONE, LockWait.WAIT).map(TestFormat::k).orElse(-1);
  }

  private void write(Transaction tx, int id, int k) {
    tx.startStatement();
    tx.update(table, key(id), row(k, 0, ""));
  }

  private int count(Transaction tx, LockMode mode) {
    tx.startStatement();
    return TestEngine.rows(tx, table, 0, KeyRange.all(), ScanOptions.locking(mode)).size();
  }

  private static void assertWaits(Runnable statement) {
    assertThatThrownBy(statement::run)
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_WAIT_TIMEOUT));
  }

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void noLevelHasDirtyWrites(IsolationLevel level) {
    Transaction one = begin(level);
    Transaction two = begin(level);
    write(one, 10, 11);
    assertWaits(() -> write(two, 10, 12));
    two.rollback();
    one.commit();
    assertThat(read(begin(level), 10)).isEqualTo(11);
  }

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void onlyReadUncommittedHasDirtyReads(IsolationLevel level) {
    Transaction one = begin(level);
    Transaction two = begin(level);
    write(one, 10, 11);
    switch (level) {
      case READ_UNCOMMITTED -> assertThat(read(two, 10)).isEqualTo(11);
      case READ_COMMITTED, REPEATABLE_READ -> assertThat(read(two, 10)).isEqualTo(1);
      case SERIALIZABLE -> assertWaits(() -> read(two, 10));
    }
    one.rollback();
    assertThat(read(begin(IsolationLevel.READ_UNCOMMITTED), 10)).isEqualTo(1);
    two.rollback();
  }

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void readsRepeatFromRepeatableReadOn(IsolationLevel level) {
    Transaction one = begin(level);
    assertThat(read(one, 10)).isEqualTo(1);
    Transaction two = begin(level);
    if (level == IsolationLevel.SERIALIZABLE) {
      assertWaits(() -> write(two, 10, 12));
      two.rollback();
      assertThat(read(one, 10)).isEqualTo(1);
    } else {
      write(two, 10, 12);
      write(two, 20, 18);
      two.commit();
      boolean repeats = level == IsolationLevel.REPEATABLE_READ;
      assertThat(read(one, 10)).isEqualTo(repeats ? 1 : 12);
      // Read skew: the other half of what two wrote.
      assertThat(read(one, 20)).isEqualTo(repeats ? 2 : 18);
    }
    one.commit();
  }

  @ParameterizedTest
  @EnumSource(
      value = IsolationLevel.class,
      names = {"READ_COMMITTED", "REPEATABLE_READ"})
  void losesUpdatesThatWereReadWithoutLocks(IsolationLevel level) {
    Transaction one = begin(level);
    Transaction two = begin(level);
    int first = read(one, 10);
    int second = read(two, 10);
    write(one, 10, first + 1);
    one.commit();
    write(two, 10, second + 1);
    two.commit();
    assertThat(read(begin(level), 10)).isEqualTo(2);
  }

  @Test
  void serializableMakesALostUpdateADeadlock() {
    Transaction one = begin(IsolationLevel.SERIALIZABLE);
    Transaction two = begin(IsolationLevel.SERIALIZABLE);
    read(one, 10);
    read(two, 10);
    assertWaits(() -> write(one, 10, 2));
    two.rollback();
    write(one, 10, 2);
    one.commit();
  }

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void onlySerializableStopsWriteSkew(IsolationLevel level) {
    Transaction one = begin(level);
    Transaction two = begin(level);
    read(one, 10);
    read(one, 20);
    read(two, 10);
    read(two, 20);
    if (level == IsolationLevel.SERIALIZABLE) {
      assertWaits(() -> write(one, 10, 11));
    } else {
      write(one, 10, 11);
      write(two, 20, 21);
    }
    one.commit();
    two.commit();
  }

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void lockingReadsKeepPhantomsOutFromRepeatableReadOn(IsolationLevel level) {
    Transaction one = begin(level);
    assertThat(count(one, LockMode.EXCLUSIVE)).isEqualTo(2);
    Transaction two = begin(level);
    boolean gaps = level.compareTo(IsolationLevel.REPEATABLE_READ) >= 0;
    if (gaps) {
      assertWaits(() -> two.insert(table, key(15), row(5, 0, ""), false));
      assertWaits(() -> two.insert(table, key(25), row(5, 0, ""), false));
      assertWaits(() -> two.insert(table, key(5), row(5, 0, ""), false));
    } else {
      two.insert(table, key(15), row(5, 0, ""), false);
    }
    two.commit();
    assertThat(count(one, LockMode.EXCLUSIVE)).isEqualTo(gaps ? 2 : 3);
    one.commit();
  }

  @Test
  void consistentReadsSeeNoPhantomsAtRepeatableRead() {
    Transaction one = begin(IsolationLevel.REPEATABLE_READ);
    assertThat(count(one, LockMode.NONE)).isEqualTo(2);
    Transaction two = begin(IsolationLevel.REPEATABLE_READ);
    two.insert(table, key(15), row(5, 0, ""), false);
    two.commit();
    assertThat(count(one, LockMode.NONE)).isEqualTo(2);
    // As in MySQL, a locking read sees the newest rows.
    assertThat(count(one, LockMode.SHARE)).isEqualTo(3);
    one.commit();
  }

  @Test
  void aPointLocksItsRowOnlyAndAMissLocksTheGap() {
    Transaction one = begin(IsolationLevel.REPEATABLE_READ);
    assertThat(one.find(table, key(10), LockMode.EXCLUSIVE, LockWait.WAIT)).isPresent();
    Transaction two = begin(IsolationLevel.REPEATABLE_READ);
    two.insert(table, key(11), row(5, 0, ""), false);
    two.commit();
    assertThat(one.find(table, key(15), LockMode.EXCLUSIVE, LockWait.WAIT)).isEmpty();
    Transaction three = begin(IsolationLevel.REPEATABLE_READ);
    assertWaits(() -> three.insert(table, key(15), row(5, 0, ""), false));
    assertWaits(() -> three.insert(table, key(19), row(5, 0, ""), false));
    three.insert(table, key(21), row(5, 0, ""), false);
    three.commit();
    one.commit();
  }

  @Test
  void skipsLockedRowsAndRefusesToWait() {
    Transaction one = begin(IsolationLevel.REPEATABLE_READ);
    write(one, 10, 11);
    Transaction two = begin(IsolationLevel.REPEATABLE_READ);
    ScanOptions skip = new ScanOptions(false, false, LockMode.EXCLUSIVE, LockWait.SKIP_LOCKED, 0);
    assertThat(TestEngine.rows(two, table, 0, KeyRange.all(), skip)).containsOnlyKeys(20);
    assertThatThrownBy(() -> two.find(table, key(10), LockMode.SHARE, LockWait.NOWAIT))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_NOWAIT));
    two.commit();
    one.commit();
    Transaction three = begin(IsolationLevel.READ_COMMITTED);
    assertThat(TestEngine.rows(three, table, 1, KeyRange.all(), skip)).hasSize(2);
    three.commit();
  }

  @Test
  void readCommittedGivesBackRowsThatDoNotMatch() {
    Transaction one = begin(IsolationLevel.READ_COMMITTED);
    try (var cursor = one.scan(table, 0, KeyRange.all(), ScanOptions.locking(LockMode.EXCLUSIVE))) {
      assertThat(cursor.next()).isTrue();
      one.unlockUnmatched(table, cursor.primaryKey());
      assertThat(cursor.next()).isTrue();
    }
    Transaction two = begin(IsolationLevel.READ_COMMITTED);
    write(two, 10, 5);
    assertWaits(() -> write(two, 20, 5));
    two.commit();
    one.commit();
  }

  @Test
  void aSavepointTakenBackKeepsItsLocks() {
    Transaction one = begin(IsolationLevel.READ_COMMITTED);
    long savepoint = one.savepoint();
    write(one, 10, 11);
    one.rollbackToSavepoint(savepoint);
    Transaction two = begin(IsolationLevel.READ_COMMITTED);
    assertThat(read(two, 10)).isEqualTo(1);
    assertWaits(() -> write(two, 10, 12));
    one.commit();
    write(two, 10, 12);
    two.commit();
  }

  @Test
  void aReadOnlyTransactionRefusesToWrite() {
    Transaction tx =
        test.engine.begin(
            new TransactionOptions(
                IsolationLevel.REPEATABLE_READ, true, true, SHORT, Durability.DISK));
    assertThatThrownBy(() -> write(tx, 10, 3))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error().number()).isEqualTo(1792));
    tx.commit();
  }

  @ParameterizedTest
  @EnumSource(
      value = IsolationLevel.class,
      names = {"READ_UNCOMMITTED", "READ_COMMITTED"})
  void semiConsistentScansGiveLockedRowsAsTheyWereCommitted(IsolationLevel level) {
    Transaction one = begin(level);
    write(one, 10, 11);
    Transaction two = begin(level);
    ScanOptions options =
        new ScanOptions(false, false, LockMode.EXCLUSIVE, LockWait.SEMI_CONSISTENT, 0);
    Map<Integer, Integer> met = new TreeMap<>();
    try (Cursor cursor = two.scan(table, 0, KeyRange.all(), options)) {
      while (cursor.next()) {
        int id = TestFormat.number(cursor.primaryKey());
        assertThat(cursor.isLocked()).isEqualTo(id != 10);
        met.put(id, TestFormat.k(rowOf(cursor)));
      }
    }
    assertThat(met).containsEntry(10, 1).containsEntry(20, 2);
    try (Cursor cursor = two.scan(table, 0, KeyRange.point(key(10)), options)) {
      assertWaits(cursor::next);
    }
    one.rollback();
    two.rollback();
  }

  private static byte[] rowOf(Cursor cursor) {
    return Arrays.copyOfRange(
        cursor.rowBuffer(), cursor.rowOffset(), cursor.rowOffset() + cursor.rowLength());
  }

  @Test
  void readUncommittedNeverMeetsALongRowThatIsBeingTakenBack() throws Exception {
    String committed = "c".repeat(40_000);
    Transaction load = begin(IsolationLevel.READ_COMMITTED);
    load.insert(table, key(30), row(3, 30, committed), false);
    load.commit();
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> reads =
        CompletableFuture.supplyAsync(() -> {
          int count = 0;
          while (!done.get()) {
            Transaction reader = begin(IsolationLevel.READ_UNCOMMITTED);
            String row = TestEngine.rows(reader, table, 0).get(30);
            assertThat(row).isIn("3/30/" + committed, "3/30/" + "u".repeat(40_000));
            reader.find(table, key(31), LockMode.NONE, LockWait.WAIT);
            reader.commit();
            count++;
          }
          return count;
        });
    for (int round = 0; round < 300 && !reads.isDone(); round++) {
      Transaction change = begin(IsolationLevel.READ_COMMITTED);
      change.update(table, key(30), row(3, 30, "u".repeat(40_000)));
      change.insert(table, key(31), row(3, 31, "i".repeat(40_000)), false);
      change.rollback();
    }
    done.set(true);
    assertThat(reads.get(10, TimeUnit.SECONDS)).isPositive();
  }

  @ParameterizedTest
  @EnumSource(IsolationLevel.class)
  void lockingReadsMeetEveryRowWhoseDeletionIsTakenBackWhileTheyWait(IsolationLevel level) {
    Transaction more = begin(level);
    more.insert(table, key(30), row(1, 0, ""), false);
    more.insert(table, key(40), row(1, 0, ""), false);
    more.commit();
    Transaction deleter = begin(level);
    for (int id : new int[] {10, 30, 40}) {
      deleter.delete(table, key(id));
    }
    long waits = test.engine.status().rowLockWaits();
    Transaction reader = test.begin(level, Duration.ofSeconds(10));
    CompletableFuture<Set<Integer>> read =
        CompletableFuture.supplyAsync(() ->
            TestEngine.rows(
                    reader,
                    table,
                    1,
                    KeyRange.prefix(TestFormat.columnPart(1)),
                    ScanOptions.locking(LockMode.EXCLUSIVE))
                .keySet());
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (test.engine.status().rowLockWaits() == waits) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    deleter.rollback();
    assertThat(read.join()).containsExactly(10, 30, 40);
    reader.commit();
  }
}
