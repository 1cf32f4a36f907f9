package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a batch does that a single insert does not: runs, the row that fails, waits in its middle.
class BatchInsertTest {
  private static final Duration SHORT = Duration.ofMillis(60);
  private static final int LONG_TEXT = 9000;

  private TestEngine test;
  private TableDescriptor table;

  @BeforeEach
  void open() {
    test = TestEngine.create();
    table = test.createTable("t", "kU");
  }

  @AfterEach
  void close() {
    test.engine.verify(table);
    test.close();
  }

  private static RowBatch batch(int... ids) {
    RowBatch batch = new RowBatch();
    for (int id : ids) {
      batch.add(key(id), row(id % 7, 1000 + id, "text of " + id));
    }
    return batch;
  }

  private static RowBatch range(int first, int end) {
    RowBatch batch = new RowBatch();
    for (int id = first; id < end; id++) {
      batch.add(key(id), row(id % 7, 1000 + id, "text of " + id));
    }
    return batch;
  }

  private void insert(RowBatch batch) {
    Transaction tx = test.begin();
    tx.insertAll(table, batch);
    tx.commit();
  }

  private TreeMap<Integer, String> rows() {
    Transaction reader = test.begin();
    TreeMap<Integer, String> rows = TestEngine.rows(reader, table, 0);
    assertThat(TestEngine.rows(reader, table, 1)).isEqualTo(rows);
    assertThat(TestEngine.rows(reader, table, 2)).isEqualTo(rows);
    reader.commit();
    return rows;
  }

  private DuplicateKey duplicate(Transaction tx, RowBatch batch) {
    return catchThrowableOfType(DuplicateKey.class, () -> tx.insertAll(table, batch));
  }

  /// Whether another transaction could insert the row, which is not committed, at once.
  private boolean isFree(int id) {
    Transaction other = test.begin(IsolationLevel.READ_COMMITTED, SHORT);
    try {
      other.insert(table, key(id), row(0, TestFormat.NULL, ""), false);
      return true;
    } catch (Rejected e) {
      assertThat(e.error()).isEqualTo(MySqlError.LOCK_WAIT_TIMEOUT);
      return false;
    } finally {
      other.rollback();
    }
  }

  @Test
  void insertsRowsInAnyOrder() {
    insert(batch(5, 6, 7, 3, 2, 1, 20, 21, 4, 8, 9, 22));
    assertThat(rows()).hasSize(12).containsEntry(4, "4/1004/text of 4");
    assertThat(test.engine.dictionary().estimatedRows(table)).isEqualTo(12);
  }

  @Test
  void insertsAnEmptyBatch() {
    insert(new RowBatch());
    assertThat(rows()).isEmpty();
  }

  @Test
  void writesLittleMoreRedoThanTheRows() {
    TableDescriptor plain = test.createTable("plain", "");
    Transaction tx = test.begin();
    // The root is copied down once; that is not to be counted.
    tx.insertAll(plain, range(-500, -300));
    tx.insertAll(plain, range(-300, -100));
    tx.insertAll(plain, range(-100, 1));
    Lsn before = test.engine.status().appendLsn();
    long rowBytes = 0;
    for (int first = 1; first < 2001; first += 200) {
      RowBatch batch = new RowBatch();
      for (int id = first; id < first + 200; id++) {
        batch.add(key(id), row(1, 2, "x".repeat(60)));
        rowBytes += batch.primaryKey(id - first).length + batch.row(id - first).length;
      }
      tx.insertAll(plain, batch);
    }
    double ratio = (double) (test.engine.status().appendLsn().value() - before.value()) / rowBytes;
    System.out.printf("redo / row bytes, rows of 72 bytes: %.2f%n", ratio);
    assertThat(ratio).isLessThan(1.4);
    tx.commit();
    assertThat(test.engine.verify(plain).rows()).isEqualTo(2501);
  }

  @Test
  void insertsLongRowsBetweenOthers() {
    RowBatch batch = new RowBatch();
    for (int id = 0; id < 60; id++) {
      int length = id % 9 == 4 ? LONG_TEXT : id % 7 == 3 ? 3000 : 40;
      batch.add(key(id), row(id, id, "l".repeat(length)));
    }
    insert(batch);
    assertThat(rows()).hasSize(60).containsEntry(4, "4/4/" + "l".repeat(LONG_TEXT));
  }

  @Test
  void insertsOverWhatDeletedRowsLeft() {
    insert(range(0, 50));
    Transaction reader = test.begin();
    TreeMap<Integer, String> before = TestEngine.rows(reader, table, 0);
    Transaction tx = test.begin();
    for (int id = 10; id < 30; id++) {
      tx.delete(table, key(id));
    }
    tx.insertAll(table, range(15, 25));
    tx.commit();
    assertThat(rows()).hasSize(40);
    assertThat(TestEngine.rows(reader, table, 1)).isEqualTo(before);
    reader.commit();
  }

  @Test
  void namesTheFirstRowThatIsADuplicate() {
    insert(batch(50));
    Transaction tx = test.begin();

    DuplicateKey inTree = duplicate(tx, batch(40, 41, 42, 50, 51));
    assertThat(inTree.row()).isEqualTo(3);
    assertThat(inTree.indexNo()).isZero();
    assertThat(inTree.existingPrimaryKey()).isEqualTo(key(50));

    DuplicateKey inBatch = duplicate(tx, batch(40, 41, 42, 41));
    assertThat(inBatch.row()).isEqualTo(3);
    assertThat(inBatch.existingPrimaryKey()).isEqualTo(key(41));

    // Row 2 collides in the unique index, row 4 in the clustered one, in the same run.
    RowBatch both = batch(40, 41);
    both.add(key(42), row(1, 1050, ""));
    both.add(key(43), row(1, 1043, ""));
    both.add(key(50), row(1, 1, ""));
    DuplicateKey first = duplicate(tx, both);
    assertThat(first.row()).isEqualTo(2);
    assertThat(first.indexNo()).isEqualTo(2);
    assertThat(first.existingPrimaryKey()).isEqualTo(key(50));

    tx.commit();
    assertThat(rows().keySet()).containsExactly(50);
    assertThat(test.engine.dictionary().estimatedRows(table)).isEqualTo(1);
  }

  @Test
  void locksNothingBehindTheRowThatFailed() {
    insert(batch(50));
    Transaction tx = test.begin();
    tx.insertAll(table, batch(1));
    RowBatch failing = batch(30, 31);
    failing.add(key(32), row(1, 1050, ""));
    failing.add(key(33), row(1, 1033, ""));
    failing.add(key(34), row(1, 1034, ""));
    assertThat(duplicate(tx, failing).row()).isEqualTo(2);
    assertThat(isFree(1)).isFalse();
    assertThat(isFree(31)).isFalse();
    assertThat(isFree(32)).isFalse();
    assertThat(isFree(33)).isTrue();
    assertThat(isFree(34)).isTrue();
    Transaction other = test.begin(IsolationLevel.REPEATABLE_READ, SHORT);
    other.insertAll(table, batch(33, 34));
    other.commit();
    tx.commit();
    assertThat(rows().keySet()).containsExactly(1, 33, 34, 50);
  }

  @Test
  void takesBackABatchToTheSavepointBeforeIt() {
    Transaction tx = test.begin();
    tx.insertAll(table, range(0, 100));
    long savepoint = tx.savepoint();
    tx.insertAll(table, range(200, 400));
    tx.insertAll(table, range(100, 200));
    tx.rollbackToSavepoint(savepoint);
    tx.insertAll(table, range(150, 170));
    tx.commit();
    assertThat(rows()).hasSize(120);
    Transaction rolledBack = test.begin();
    rolledBack.insertAll(table, range(1000, 1250));
    rolledBack.rollback();
    assertThat(rows()).hasSize(120);
  }

  @Test
  void waitsForAGapLockInItsMiddle() {
    insert(batch(0, 100));
    Transaction holder = test.begin();
    lockGap(holder, 50, 55);
    Transaction tx = test.begin();
    CompletableFuture<Void> inserting =
        CompletableFuture.runAsync(() -> tx.insertAll(table, range(1, 99)));
    awaitWaiter();
    assertThat(inserting).isNotDone();
    assertThat(isFree(49)).isFalse();
    holder.commit();
    inserting.orTimeout(10, TimeUnit.SECONDS).join();
    tx.commit();
    assertThat(rows()).hasSize(100);
  }

  @Test
  void leavesNothingAfterALockWaitTimeoutInItsMiddle() {
    insert(batch(0, 100));
    Transaction holder = test.begin();
    lockGap(holder, 50, 55);
    Transaction tx = test.begin(IsolationLevel.REPEATABLE_READ, SHORT);
    tx.insertAll(table, batch(200));
    assertThatThrownBy(() -> tx.insertAll(table, range(1, 99)))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_WAIT_TIMEOUT));
    holder.commit();
    tx.commit();
    assertThat(rows().keySet()).containsExactly(0, 100, 200);
  }

  @Test
  void endsADeadlockInItsMiddle() {
    insert(batch(0, 100));
    Transaction holder = test.begin();
    lockGap(holder, 50, 55);
    holder.insertAll(table, batch(1000));
    Transaction tx = test.begin();
    CompletableFuture<Void> inserting =
        CompletableFuture.runAsync(() -> tx.insertAll(table, range(1, 99)));
    awaitWaiter();
    // The holder, which has changed less, waits for a row of the batch and is the victim.
    assertThatThrownBy(() -> holder.insertAll(table, batch(40)))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.LOCK_DEADLOCK));
    inserting.orTimeout(10, TimeUnit.SECONDS).join();
    tx.commit();
    assertThat(rows()).hasSize(100).doesNotContainKey(1000);
  }

  @Test
  void entersEqualSecondaryKeysInOneGo() {
    TableDescriptor other = test.createTable("other", "kk");
    for (int first = 0; first < 1000; first += 250) {
      RowBatch batch = new RowBatch();
      for (int id = first; id < first + 250; id++) {
        batch.add(key(id * 7919 % 1009), row(id % 3, 0, "s"));
      }
      Transaction tx = test.begin();
      tx.insertAll(other, batch);
      tx.commit();
    }
    assertThat(test.engine.verify(other).rows()).isEqualTo(1000);
    Transaction reader = test.begin();
    assertThat(TestEngine.rows(reader, other, 1)).isEqualTo(TestEngine.rows(reader, other, 0));
    assertThat(TestEngine.rows(reader, other, 2)).isEqualTo(TestEngine.rows(reader, other, 0));
    reader.commit();
  }

  private void lockGap(Transaction tx, int low, int high) {
    KeyRange range = KeyRange.of(key(low), true, key(high), false);
    assertThat(TestEngine.rows(tx, table, 0, range, ScanOptions.locking(LockMode.SHARE))).isEmpty();
  }

  private void awaitWaiter() {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (test.engine.status().rowLockWaits() == 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void clearsABatch() {
    RowBatch batch = range(0, 256);
    assertThat(batch.isFull()).isTrue();
    assertThatThrownBy(() -> batch.add(key(1), row(1, 1, "")))
        .isInstanceOf(IllegalStateException.class);
    batch.clear();
    assertThat(batch.isEmpty()).isTrue();
    assertThatThrownBy(() -> batch.row(0)).isInstanceOf(IndexOutOfBoundsException.class);
    batch.add(key(1), new byte[64 << 10]);
    assertThat(batch.isFull()).isTrue();
    assertThat(Arrays.equals(batch.primaryKey(0), key(1))).isTrue();
  }
}
