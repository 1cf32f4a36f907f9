package io.tidemark.engine.writer;

import static io.tidemark.engine.writer.TestFormat.key;
import static io.tidemark.engine.writer.TestFormat.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageServerConfig;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.pageserver.compact.CompactionLimits;
import io.tidemark.pageserver.ingest.RedoIngester;
import io.tidemark.pageserver.layer.ShardVerifier;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoRecordType;
import io.tidemark.storage.redo.Varint;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A writer with a small buffer pool over a real page server with small layers: rows, tables,
/// rollbacks and restarts, and the pages of both against a full replay of the log.
class PageServerEngineTest {
  private static final String SHARD = "timelines/main/shards/0";
  private static final PageServerConfig CONFIG =
      PageServerConfig.of(SHARD)
          .withIngest(new RedoIngester.Limits(400_000, Duration.ofMillis(500), 2))
          .withCompaction(new CompactionLimits(3, 6, 1 << 20, 8000, 200))
          .withCaches(4 << 20, 2 << 20);

  private final long seed = Long.getLong("tidemark.test.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final MemoryRedoLog log = MemoryRedoLog.create();
  private final TreeMap<Integer, String> rows = new TreeMap<>();

  @TempDir private Path directory;

  @Test
  void rowsAndPagesEqualTheModelAcrossMergesAndRestarts() {
    System.out.println("tidemark.test.seed=" + seed);
    Lsn horizon = Lsn.ZERO;
    long merged = 0;
    try (LocalObjectStore store = LocalObjectStore.open(directory)) {
      for (int start = 0; start < 3; start++) {
        try (PageServer pages = PageServer.open(CONFIG, log, store);
            WriterEngine engine = openEngine(pages)) {
          assertThat(engine.awaitRecovered(Duration.ofSeconds(30))).isTrue();
          TableDescriptor table = start == 0 ? create(engine) : table(engine, "t");
          verifyRows(engine, table);
          for (int round = 0; round < 4; round++) {
            Lsn before = log.durableLsn();
            change(engine, table, start == 0 && round == 0 ? 2000 : 300);
            replaceTable(engine, round);
            verifyRows(engine, table);
            verifyPages(pages, horizon, 150);
            // What the engine still reads lies above the end of the round before.
            horizon = before;
            pages.advanceGcHorizon(horizon);
          }
          assertThat(pages.metrics().reads().requests()).isGreaterThan(3000);
          merged += pages.metrics().mergedBytes();
          begin(engine).insert(table, key(1 << 20), row(1, 1, "never committed"), false);
        }
        ShardVerifier.verify(store, SHARD);
      }
    }
    assertThat(merged).isPositive();
  }

  private WriterEngine openEngine(PageServer pages) {
    return WriterEngine.open(
        new EngineConfig(48L * PageHeader.PAGE_BYTES, 1 << 20),
        log,
        log.currentEpoch().next(),
        pages,
        TestFormat.FACTORY);
  }

  private static TableDescriptor create(WriterEngine engine) {
    Transaction transaction = begin(engine);
    try (DdlTransaction ddl = engine.beginDdl(transaction)) {
      ddl.createDatabase("d", new byte[] {7});
      ddl.commit();
    }
    transaction.commit();
    return createTable(engine, "t");
  }

  private static TableDescriptor createTable(WriterEngine engine, String name) {
    Transaction transaction = begin(engine);
    TableDescriptor table;
    try (DdlTransaction ddl = engine.beginDdl(transaction)) {
      table = ddl.createTable("d", name, TestFormat.definition("k"), List.of(true, false));
      ddl.commit();
    }
    transaction.commit();
    return table;
  }

  /// Fills another table and drops the one of the round before.
  private static void replaceTable(WriterEngine engine, int round) {
    if (round > 0) {
      Transaction transaction = begin(engine);
      try (DdlTransaction ddl = engine.beginDdl(transaction)) {
        ddl.dropTable(table(engine, "passing" + (round - 1)));
        ddl.commit();
      }
      transaction.commit();
    }
    if (round < 3) {
      TableDescriptor table = createTable(engine, "passing" + round);
      Transaction transaction = begin(engine);
      RowBatch batch = new RowBatch();
      for (int i = 0; i < 200; i++) {
        batch.add(key(i), row(i, i, "x".repeat(i % 50)));
      }
      transaction.insertAll(table, batch);
      transaction.commit();
    }
  }

  private void change(WriterEngine engine, TableDescriptor table, int transactions) {
    for (int i = 0; i < transactions; i++) {
      Transaction transaction = begin(engine);
      TreeMap<Integer, String> changed = new TreeMap<>();
      if (random.nextInt(10) == 0) {
        insertBatch(transaction, table, changed);
      }
      for (int n = random.nextInt(6); n >= 0; n--) {
        int primary = random.nextInt(6000);
        String now = changed.getOrDefault(primary, rows.getOrDefault(primary, ""));
        byte[] row = row(random.nextInt(50), primary, "abcdefgh".repeat(random.nextInt(80)));
        if (now.isEmpty()) {
          transaction.insert(table, key(primary), row, false);
          changed.put(primary, TestEngine.show(row));
        } else if (random.nextInt(4) == 0) {
          transaction.delete(table, key(primary));
          changed.put(primary, "");
        } else {
          transaction.update(table, key(primary), row);
          changed.put(primary, TestEngine.show(row));
        }
      }
      if (random.nextInt(8) == 0) {
        transaction.rollback();
      } else {
        transaction.commit();
        rows.putAll(changed);
        rows.values().removeIf(String::isEmpty);
      }
    }
  }

  private void insertBatch(
      Transaction transaction, TableDescriptor table, TreeMap<Integer, String> changed) {
    RowBatch batch = new RowBatch();
    int primary = random.nextInt(6000);
    for (int n = random.nextInt(60); n > 0; n--) {
      primary += 1 + random.nextInt(2);
      if (!rows.containsKey(primary)) {
        byte[] row = row(random.nextInt(50), primary, "ijklmnop".repeat(random.nextInt(80)));
        batch.add(key(primary), row);
        changed.put(primary, TestEngine.show(row));
      }
    }
    transaction.insertAll(table, batch);
  }

  private void verifyRows(WriterEngine engine, TableDescriptor table) {
    Transaction reader = begin(engine);
    assertThat(TestEngine.rows(reader, table, 0)).isEqualTo(rows);
    assertThat(TestEngine.rows(reader, table, 1)).isEqualTo(rows);
    reader.commit();
  }

  private void verifyPages(PageServer pages, Lsn horizon, int count) {
    VersionedPages replay = new VersionedPages(log);
    Map<Integer, Long> drops = drops();
    List<Long> ids = replay.pageIds();
    long end = log.durableLsn().value();
    byte[] expected = new byte[PageHeader.PAGE_BYTES];
    byte[] found = new byte[PageHeader.PAGE_BYTES];
    for (int i = 0; i < count; i++) {
      PageId page = PageId.ofPacked(ids.get(random.nextInt(ids.size())));
      Lsn lsn = Lsn.of(horizon.value() + (long) ((end - horizon.value()) * random.nextDouble()));
      boolean dropped = drops.getOrDefault(page.spaceId(), Long.MAX_VALUE) <= lsn.value();
      boolean exists =
          replay.read(page.packed(), lsn.value(), MemorySegment.ofArray(expected)) && !dropped;
      boolean isThere =
          pages.getPage(new PageRequest(page, lsn, lsn), MemorySegment.ofArray(found));
      assertThat(isThere).as("page %s at lsn %s exists", page, lsn).isEqualTo(exists);
      if (exists) {
        assertThat(found).as("page %s at lsn %s", page, lsn).isEqualTo(expected);
      }
    }
  }

  private Map<Integer, Long> drops() {
    Map<Integer, Long> drops = new HashMap<>();
    RecordCursor cursor = new RecordCursor();
    for (Frame frame : log.frames()) {
      frame.forEachMtr(
          Lsn.ZERO,
          (end, bytes, offset, length) -> {
            cursor.reset(bytes, offset, length);
            while (cursor.next()) {
              if (cursor.type() == RedoRecordType.SPACE_DROPPED) {
                long space = Varint.read(bytes, cursor.payloadStart(), cursor.payloadEnd());
                drops.put((int) space, end);
              }
            }
          });
    }
    return drops;
  }

  private static TableDescriptor table(WriterEngine engine, String name) {
    return engine.dictionary().findTable("d", name).orElseThrow();
  }

  private static Transaction begin(WriterEngine engine) {
    return engine.begin(
        new TransactionOptions(
            IsolationLevel.REPEATABLE_READ, false, false, Duration.ofSeconds(10), Durability.DISK));
  }
}
