package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.storage.error.Rejected;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WriterEngineTest {
  private static Optional<String> find(Transaction tx, TableDescriptor table, int id) {
    return tx.find(table, key(id), LockMode.NONE, LockWait.WAIT).map(TestEngine::show);
  }

  @Test
  void keepsWhatWasCommittedAcrossAReopening() {
    TestEngine first = TestEngine.create();
    TableDescriptor table = first.createTable("t", "kU");
    Transaction tx = first.begin();
    for (int i = 0; i < 1000; i++) {
      tx.insert(table, key(i), row(i % 10, i, "row " + i), false);
    }
    tx.update(table, key(5), row(77, 5, "changed"));
    assertThat(tx.delete(table, key(6))).isTrue();
    assertThat(tx.delete(table, key(6))).isFalse();
    tx.commit();
    Transaction open = first.begin();
    open.update(table, key(7), row(1, 1007, "never"));
    open.insert(table, key(5000), row(1, 5000, "never"), false);
    first.close();

    try (TestEngine second = TestEngine.open(first.log)) {
      TableDescriptor again = second.table("t");
      Transaction reader = second.begin();
      assertThat(find(reader, again, 5)).contains("77/5/changed");
      assertThat(find(reader, again, 6)).isEmpty();
      assertThat(find(reader, again, 7)).contains("7/7/row 7");
      assertThat(find(reader, again, 5000)).isEmpty();
      assertThat(TestEngine.rows(reader, again, 0)).hasSize(999);
      assertThat(TestEngine.rows(reader, again, 1)).isEqualTo(TestEngine.rows(reader, again, 0));
      assertThat(TestEngine.rows(reader, again, 2)).isEqualTo(TestEngine.rows(reader, again, 0));
      assertThat(
              TestEngine.rows(
                  reader,
                  again,
                  1,
                  KeyRange.prefix(TestFormat.columnPart(77)),
                  ScanOptions.CONSISTENT))
          .hasSize(1);
      reader.commit();
    }
  }

  @Test
  void refusesDuplicatesAndLeavesNothingOfThem() {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "kU");
      Transaction tx = test.begin();
      tx.insert(table, key(1), row(1, 10, "one"), false);
      assertThatThrownBy(() -> tx.insert(table, key(1), row(1, 11, "two"), false))
          .isInstanceOfSatisfying(DuplicateKey.class, e -> assertThat(e.indexNo()).isZero());
      assertThatThrownBy(() -> tx.insert(table, key(2), row(1, 10, "two"), false))
          .isInstanceOfSatisfying(
              DuplicateKey.class,
              e -> {
                assertThat(e.indexNo()).isEqualTo(2);
                assertThat(TestFormat.number(e.existingPrimaryKey())).isEqualTo(1);
              });
      tx.insert(table, key(3), row(1, TestFormat.NULL, "null"), false);
      tx.insert(table, key(4), row(1, TestFormat.NULL, "null"), false);
      assertThatThrownBy(() -> tx.update(table, key(3), row(1, 10, "dup")))
          .isInstanceOf(DuplicateKey.class);
      assertThat(TestEngine.rows(tx, table, 0)).hasSize(3);
      assertThat(TestEngine.rows(tx, table, 1)).hasSize(3);
      assertThat(TestEngine.rows(tx, table, 2)).hasSize(3);
      tx.commit();
      assertThat(test.engine.dictionary().estimatedRows(table)).isEqualTo(3);
    }
  }

  @Test
  void takesBackToSavepointsAndWholly() {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "k");
      Transaction setup = test.begin();
      setup.insert(table, key(1), row(1, 1, "one"), false);
      setup.insert(table, key(2), row(2, 2, "two"), false);
      setup.commit();
      Transaction tx = test.begin();
      tx.update(table, key(1), row(5, 1, "changed"));
      long savepoint = tx.savepoint();
      tx.update(table, key(1), row(6, 1, "again"));
      tx.delete(table, key(2));
      tx.insert(table, key(2), row(9, 2, "new two"), false);
      tx.insert(table, key(3), row(3, 3, "three"), false);
      assertThat(TestEngine.rows(tx, table, 1)).hasSize(3).containsEntry(2, "9/2/new two");
      tx.rollbackToSavepoint(savepoint);
      assertThat(TestEngine.rows(tx, table, 1))
          .hasSize(2)
          .containsEntry(1, "5/1/changed")
          .containsEntry(2, "2/2/two");
      tx.update(table, key(2), row(4, 2, "late"));
      tx.rollback();
      Transaction reader = test.begin();
      assertThat(TestEngine.rows(reader, table, 0))
          .hasSize(2)
          .containsEntry(1, "1/1/one")
          .containsEntry(2, "2/2/two")
          .isEqualTo(TestEngine.rows(reader, table, 1));
      reader.commit();
    }
  }

  @Test
  void keepsASnapshotWhileOthersChangeRows() {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "k");
      Transaction setup = test.begin();
      for (int i = 0; i < 100; i++) {
        setup.insert(table, key(i), row(i, i, "old"), false);
      }
      setup.commit();
      Transaction reader = test.begin();
      assertThat(find(reader, table, 1)).contains("1/1/old");
      for (int round = 0; round < 20; round++) {
        Transaction writer = test.begin();
        for (int i = 0; i < 100; i += 3) {
          writer.update(table, key(i), row(i + round * 100, i, "round " + round));
        }
        writer.delete(table, key(round * 3 + 1));
        writer.insert(table, key(1000 + round), row(1, 1, "new"), false);
        writer.commit();
      }
      assertThat(TestEngine.rows(reader, table, 0)).hasSize(100);
      assertThat(TestEngine.rows(reader, table, 0).values()).allMatch(row -> row.endsWith("old"));
      assertThat(TestEngine.rows(reader, table, 1)).isEqualTo(TestEngine.rows(reader, table, 0));
      reader.commit();
      Transaction now = test.begin();
      assertThat(TestEngine.rows(now, table, 0)).isEqualTo(TestEngine.rows(now, table, 1));
      now.commit();
    }
  }

  @Test
  void storesRowsLongerThanAPage() {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "k");
      String text = "0123456789".repeat(10_000);
      Transaction tx = test.begin();
      tx.insert(table, key(1), row(1, 1, text), false);
      tx.commit();
      Transaction reader = test.begin();
      assertThat(find(reader, table, 1)).contains("1/1/" + text);
      Transaction change = test.begin();
      change.update(table, key(1), row(2, 1, text + "!"));
      change.commit();
      Transaction back = test.begin();
      back.update(table, key(1), row(3, 1, "short"));
      back.rollback();
      assertThat(find(reader, table, 1)).contains("1/1/" + text);
      reader.commit();
      Transaction now = test.begin();
      assertThat(find(now, table, 1)).contains("2/1/" + text + "!");
      assertThat(now.delete(table, key(1))).isTrue();
      now.commit();
    }
  }

  @Test
  void buildsAndDropsIndexesOfFilledTables() {
    try (TestEngine test = TestEngine.create()) {
      TableDescriptor table = test.createTable("t", "");
      Transaction setup = test.begin();
      for (int i = 0; i < 500; i++) {
        setup.insert(table, key(i), row(i % 20, i / 2, "x"), false);
      }
      setup.commit();
      Transaction old = test.begin();
      assertThat(find(old, table, 1)).isPresent();
      Transaction ddlTx = test.begin();
      try (DdlTransaction ddl = test.engine.beginDdl(ddlTx)) {
        assertThatThrownBy(() -> ddl.addIndex(table, TestFormat.definition("u"), true))
            .isInstanceOf(DuplicateKey.class);
      }
      assertThat(test.table("t").indexes()).hasSize(1);
      TableDescriptor indexed;
      try (DdlTransaction ddl = test.engine.beginDdl(ddlTx)) {
        indexed = ddl.addIndex(table, TestFormat.definition("k"), false);
        ddl.commit();
      }
      ddlTx.commit();
      assertThatThrownBy(() -> TestEngine.rows(old, indexed, 1))
          .isInstanceOfSatisfying(
              Rejected.class, e -> assertThat(e.error().number()).isEqualTo(1412));
      assertThat(TestEngine.rows(old, indexed, 0)).hasSize(500);
      old.commit();
      Transaction tx = test.begin();
      assertThat(TestEngine.rows(tx, indexed, 1)).isEqualTo(TestEngine.rows(tx, indexed, 0));
      tx.update(indexed, key(3), row(99, 1, "y"));
      tx.commit();
      test.engine.verify(indexed);
    }
  }

  @Test
  void keepsWhatANewTableCountedBeforeItsCommit() {
    TestEngine test = TestEngine.create();
    Transaction ddlTx = test.begin();
    try (DdlTransaction ddl = test.engine.beginDdl(ddlTx)) {
      TableDescriptor copy =
          ddl.createTable("d", "copy", TestFormat.definition(""), java.util.List.of(true));
      Transaction fill = test.begin();
      for (int i = 0; i < 20; i++) {
        int id = (int) test.engine.dictionary().advanceCounter(copy, 0, 1);
        fill.insert(copy, key(id), row(i, i, ""), false);
      }
      fill.commit();
      ddl.commit();
    }
    ddlTx.commit();
    assertThat(test.engine.dictionary().counter(test.table("copy"))).isEqualTo(21);
    assertThat(test.engine.dictionary().estimatedRows(test.table("copy"))).isEqualTo(20);
    // What was never committed is gone after a restart, its tablespace too.
    Transaction lost = test.begin();
    test.engine
        .beginDdl(lost)
        .createTable("d", "lost", TestFormat.definition(""), java.util.List.of(true));
    test.close();
    try (TestEngine again = TestEngine.open(test.log)) {
      assertThat(again.engine.dictionary().tables("d")).hasSize(1);
      assertThat(again.engine.dictionary().counter(again.table("copy"))).isEqualTo(21);
      TableDescriptor next = again.createTable("next", "");
      assertThat(next.spaceId()).isGreaterThan(again.table("copy").spaceId() + 1);
    }
  }
}
