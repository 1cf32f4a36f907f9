package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every page in memory of writer and replica equals the page that redo alone makes, at the LSN it
/// says it has.
class EqualPagesTest {
  @ParameterizedTest
  @ValueSource(longs = {21, 22})
  void writerReplicaAndRedoAgreeOnEveryPage(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (TestEngine writer = TestEngine.create(200)) {
      TableDescriptor table = writer.createTable("t", "kU");
      VersionedPages redo = new VersionedPages(writer.log);
      try (ReplicaEngine replica = ReplicaEngineTest.open(writer, 120)) {
        int compared = 0;
        for (int round = 0; round < 40; round++) {
          work(writer, table, random, round);
          Transaction reader = ReplicaEngineTest.begin(replica);
          TableDescriptor there = replica.dictionary().findTable("d", "t").orElseThrow();
          assertThat(TestEngine.rows(reader, there, 0))
              .isEqualTo(TestEngine.rows(reader, there, 2));
          reader.commit();
          if (round % 4 == 0) {
            compared += compare(writer.engine.pool(), redo);
            compared += compare(replica.pool(), redo);
          }
        }
        assertThat(compared).isGreaterThan(200);
        Transaction last = writer.begin();
        assertThat(replica.awaitApplied(writer.engine.visibleLsn(), Duration.ofSeconds(10)))
            .isTrue();
        Transaction reader = ReplicaEngineTest.begin(replica);
        TableDescriptor there = replica.dictionary().findTable("d", "t").orElseThrow();
        assertThat(TestEngine.rows(reader, there, 1)).isEqualTo(TestEngine.rows(last, table, 0));
        reader.commit();
        last.commit();
      }
    }
  }

  private static void work(TestEngine writer, TableDescriptor table, Random random, int round) {
    Transaction tx = writer.begin();
    int count = random.nextInt(300);
    boolean shrink = round % 10 > 6;
    if (!shrink) {
      insertBatch(tx, table, random);
    }
    for (int i = 0; i < count; i++) {
      int id = random.nextInt(3000);
      byte[] row =
          row(random.nextInt(50), random.nextInt(1_000_000), "p".repeat(random.nextInt(500)));
      try {
        if (shrink || random.nextInt(4) == 0) {
          tx.delete(table, key(id));
        } else if (tx.find(
                table,
                key(id),
                io.tidemark.engine.LockMode.EXCLUSIVE,
                io.tidemark.engine.LockWait.WAIT)
            .isPresent()) {
          tx.update(table, key(id), row);
        } else {
          tx.insert(table, key(id), row, false);
        }
      } catch (DuplicateKey e) {
        assertThat(e.indexNo()).isEqualTo(2);
      }
    }
    if (random.nextInt(4) == 0) {
      tx.rollback();
    } else {
      tx.commit();
    }
    if (round % 10 == 9) {
      Transaction ddlTx = writer.begin();
      try (DdlTransaction ddl = writer.engine.beginDdl(ddlTx)) {
        TableDescriptor extra =
            ddl.createTable(
                "d", "x" + round, TestFormat.definition("k"), java.util.List.of(true, false));
        ddl.commit();
        ddlTx.insert(extra, key(1), row(1, 1, ""), false);
      }
      ddlTx.commit();
    }
  }

  private static void insertBatch(Transaction tx, TableDescriptor table, Random random) {
    RowBatch batch = new RowBatch();
    int id = random.nextInt(3000);
    for (int i = random.nextInt(200); i > 0; i--) {
      id = random.nextInt(15) == 0 ? random.nextInt(3000) : id + 1 + random.nextInt(3);
      int length = random.nextInt(40) == 0 ? 5000 : random.nextInt(300);
      batch.add(key(id), row(random.nextInt(50), TestFormat.NULL, "q".repeat(length)));
    }
    try {
      tx.insertAll(table, batch);
    } catch (DuplicateKey e) {
      assertThat(e.indexNo()).isZero();
    }
  }

  /// Compares all pages in memory; returns how many.
  private static int compare(io.tidemark.engine.buffer.BufferPool pool, VersionedPages redo) {
    AtomicInteger compared = new AtomicInteger();
    MemorySegment expected = Arena.ofAuto().allocate(PageHeader.PAGE_BYTES);
    MemorySegment found = Arena.ofAuto().allocate(PageHeader.PAGE_BYTES);
    pool.forEachPage(frame -> compareOne(frame, redo, expected, found, compared));
    return compared.get();
  }

  private static void compareOne(
      PageFrame frame,
      VersionedPages redo,
      MemorySegment expected,
      MemorySegment found,
      AtomicInteger compared) {
    long stamp = frame.latchShared();
    long packed;
    try {
      packed = frame.packedId();
      MemorySegment.copy(frame.page(), 0, found, 0, PageHeader.PAGE_BYTES);
    } finally {
      frame.unlatch(stamp);
    }
    long lsn = PageHeader.pageLsn(found);
    // What is newer than the log's durable end has not been read by the redo yet.
    if (packed >= 0 && lsn <= redo.ingestedLsn().value()) {
      assertThat(redo.read(packed, lsn, expected)).isTrue();
      assertThat(expected.mismatch(found))
          .describedAs("page %s at lsn %d", PageId.ofPacked(packed), lsn)
          .isEqualTo(-1);
      compared.incrementAndGet();
    }
  }
}
