package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Transactions far larger than the buffer pool. `-Dtidemark.large.rows=1000000` for the full size.
class LargeTransactionTest {
  private static final int ROWS = Integer.getInteger("tidemark.large.rows", 20_000);

  @ParameterizedTest
  @EnumSource(
      value = IsolationLevel.class,
      names = {"READ_COMMITTED", "REPEATABLE_READ"})
  void changesAndTakesBackMoreThanTheBufferPoolHolds(IsolationLevel isolation) {
    try (TestEngine test = TestEngine.create(256)) {
      TableDescriptor table = test.createTable("t", "k");
      long start = System.nanoTime();
      insertAll(test, table, isolation);
      report("insert", start);
      assertThat(test.engine.dictionary().estimatedRows(table)).isEqualTo(ROWS);

      start = System.nanoTime();
      Transaction change = test.begin(isolation);
      assertThat(changeAll(change, table)).isEqualTo(ROWS);
      report("update", start);
      start = System.nanoTime();
      change.rollback();
      report("rollback", start);
      start = System.nanoTime();
      test.settle();
      report("purge", start);
      assertThat(test.engine.verify(table).rows()).isEqualTo(ROWS);

      start = System.nanoTime();
      Transaction delete = test.begin(isolation);
      for (int i = 0; i < ROWS; i++) {
        assertThat(delete.delete(table, key(i))).isTrue();
      }
      delete.commit();
      report("delete", start);
      start = System.nanoTime();
      test.settle();
      report("purge", start);
      var census = test.engine.verify(table);
      assertThat(census.deletedRows()).isZero();
      assertThat(census.markedEntries()).isZero();
      assertThat(test.engine.status().historyLength()).isZero();
      int pages = census.space().pages();
      assertThat(census.space().free()).as("free of %d pages", pages).isGreaterThan(pages - 20);

      insertAll(test, table, isolation);
      census = test.engine.verify(table);
      assertThat(census.space().unreached()).isZero();
      assertThat(census.space().pages()).isLessThan(pages + pages / 5);
    }
  }

  private static void insertAll(TestEngine test, TableDescriptor table, IsolationLevel isolation) {
    Transaction load = test.begin(isolation);
    for (int i = 0; i < ROWS; i++) {
      load.insert(table, key(i), row(i, 1, "some text of a usual length"), false);
    }
    load.commit();
  }

  private static int changeAll(Transaction tx, TableDescriptor table) {
    int changed = 0;
    try (Cursor cursor =
        tx.scan(table, 0, KeyRange.all(), ScanOptions.locking(LockMode.EXCLUSIVE))) {
      while (cursor.next()) {
        byte[] id = cursor.primaryKey();
        tx.update(table, id, row(TestFormat.number(id) + 1, 2, "some other text, a bit longer"));
        changed++;
      }
    }
    return changed;
  }

  private static void report(String what, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%s of %d rows: %.2f s, %.1f us per row%n", what, ROWS, seconds, seconds * 1e6 / ROWS);
  }

  @Test
  void locksAMillionRowsOfARangeByOneInterval() {
    try (TestEngine test = TestEngine.create(64)) {
      TableDescriptor table = test.createTable("t", "");
      Transaction load = test.begin();
      for (int i = 0; i < 5000; i++) {
        load.insert(table, key(i), row(i, 1, ""), false);
      }
      load.commit();
      WriterTransaction tx = (WriterTransaction) test.begin();
      assertThat(
              TestEngine.rows(
                  tx, table, 0, KeyRange.all(), ScanOptions.locking(LockMode.EXCLUSIVE)))
          .hasSize(5000);
      assertThat(tx.recordLocks()).isZero();
      tx.commit();
    }
  }
}
