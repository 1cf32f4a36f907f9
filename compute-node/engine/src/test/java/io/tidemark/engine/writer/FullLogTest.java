package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.ReplayedPages;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.log.fault.FaultyRedoLog;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FullLogTest {
  private static Transaction begin(WriterEngine engine, Durability durability) {
    return engine.begin(
        new TransactionOptions(
            IsolationLevel.READ_COMMITTED, false, false, Duration.ofSeconds(5), durability));
  }

  @Test
  void refusesWritesWhileTheLogIsFullAndTakesBackWhatWasOpen() {
    MemoryRedoLog log = MemoryRedoLog.create();
    FaultyRedoLog facade = new FaultyRedoLog(log);
    try (WriterEngine engine = open(facade, log)) {
      TableDescriptor table = createTable(engine);
      Transaction setup = begin(engine, Durability.DISK);
      setup.insert(table, key(1), row(1, 1, "kept"), false);
      setup.commit();

      facade.fillDisk();
      Transaction open = begin(engine, Durability.LAZY);
      int inserted = insertUntilFull(open, table);
      Transaction reader = begin(engine, Durability.DISK);
      assertThat(TestEngine.rows(reader, table, 1)).hasSize(1);
      reader.commit();
      assertThatThrownBy(open::commit).isInstanceOf(Exhausted.class);
      open.rollback();

      facade.healAppends();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (newestRows(engine, table) > 1 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(engine.verify(table).rows()).isEqualTo(1);
      Transaction after = begin(engine, Durability.DISK);
      for (int i = 0; i <= inserted; i++) {
        after.insert(table, key(100 + i), row(i, i, "after"), false);
      }
      after.commit();
      assertThat(engine.verify(table).rows()).isEqualTo(inserted + 2L);
    }
  }

  @Test
  void saysThatACommitTakesTooLongAndShowsItWhenTheLogGoesOn() {
    MemoryRedoLog log = MemoryRedoLog.create();
    FaultyRedoLog facade = new FaultyRedoLog(log);
    try (WriterEngine engine = open(facade, log)) {
      TableDescriptor table = createTable(engine);
      facade.holdAcknowledgements();
      Transaction slow =
          engine.begin(
              new TransactionOptions(
                  IsolationLevel.READ_COMMITTED,
                  false,
                  false,
                  Duration.ofSeconds(5),
                  Durability.DISK,
                  Duration.ofMillis(50)));
      slow.insert(table, key(1), row(1, 1, "slow"), false);
      assertThatThrownBy(slow::commit)
          .isInstanceOfSatisfying(
              Rejected.class, e -> assertThat(e.error().number()).isEqualTo(1180))
          .hasMessageContaining("Got error 110")
          .hasMessageContaining("during COMMIT");
      Transaction before = begin(engine, Durability.DISK);
      assertThat(TestEngine.rows(before, table, 0)).isEmpty();
      before.commit();

      facade.releaseAcknowledgements();
      Transaction next = begin(engine, Durability.DISK);
      next.insert(table, key(2), row(2, 2, "next"), false);
      next.commit();
      Transaction after = begin(engine, Durability.DISK);
      assertThat(TestEngine.rows(after, table, 0)).hasSize(2);
      after.commit();
    }
  }

  private static WriterEngine open(FaultyRedoLog facade, MemoryRedoLog log) {
    return WriterEngine.open(
        new EngineConfig(16 << 20, 1 << 20),
        facade,
        facade.currentEpoch().next(),
        new ReplayedPages(log),
        TestFormat.FACTORY);
  }

  private static TableDescriptor createTable(WriterEngine engine) {
    Transaction setup = begin(engine, Durability.DISK);
    TableDescriptor table;
    try (DdlTransaction ddl = engine.beginDdl(setup)) {
      ddl.createDatabase("d", new byte[0]);
      table = ddl.createTable("d", "t", TestFormat.definition("k"), List.of(true, false));
      ddl.commit();
    }
    setup.commit();
    return table;
  }

  private static int newestRows(WriterEngine engine, TableDescriptor table) {
    Transaction reader =
        engine.begin(
            new TransactionOptions(
                IsolationLevel.READ_UNCOMMITTED,
                true,
                false,
                Duration.ofSeconds(5),
                Durability.DISK));
    int rows = TestEngine.rows(reader, table, 0).size();
    reader.commit();
    return rows;
  }

  private static int insertUntilFull(Transaction tx, TableDescriptor table) {
    for (int i = 0; i < 100_000; i++) {
      try {
        tx.insert(table, key(100 + i), row(i, i, "x".repeat(500)), false);
      } catch (Exhausted e) {
        return i;
      }
    }
    throw new AssertionError("the log was never full");
  }
}
