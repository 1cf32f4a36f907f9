package io.tidemark.engine.writer;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ReplayedPages;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.txn.RemoteReaders;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.page.PageHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// A writer over a redo log in memory, with one database `d`.
final class TestEngine implements AutoCloseable {
  static final int FRAMES = 512;

  final MemoryRedoLog log;
  final ReplayedPages pages;
  final WriterEngine engine;

  private TestEngine(MemoryRedoLog log, int frames, RemoteReaders remote) {
    this.log = log;
    this.pages = new ReplayedPages(log);
    this.engine =
        WriterEngine.open(
            new EngineConfig((long) frames * PageHeader.PAGE_BYTES, 1 << 20),
            log,
            log.currentEpoch().next(),
            pages,
            TestFormat.FACTORY,
            new WriterEngine.Surroundings(remote, WriterEngine.Surroundings.NONE.onFailure()));
  }

  static TestEngine create() {
    return create(FRAMES);
  }

  static TestEngine create(int frames) {
    return create(frames, RemoteReaders.NONE);
  }

  /// With replicas in other processes.
  static TestEngine create(int frames, RemoteReaders remote) {
    TestEngine test = new TestEngine(MemoryRedoLog.create(), frames, remote);
    Transaction transaction = test.begin();
    try (DdlTransaction ddl = test.engine.beginDdl(transaction)) {
      ddl.createDatabase("d", new byte[] {7});
      ddl.commit();
    }
    transaction.commit();
    return test;
  }

  static TestEngine open(MemoryRedoLog log) {
    return open(log, FRAMES);
  }

  static TestEngine open(MemoryRedoLog log, int frames) {
    return new TestEngine(log, frames, RemoteReaders.NONE);
  }

  /// A table with one secondary index for each letter; `U` is a unique one on `u`.
  TableDescriptor createTable(String name, String indexes) {
    List<Boolean> unique = new ArrayList<>();
    unique.add(true);
    indexes.chars().forEach(c -> unique.add(Character.isUpperCase(c)));
    Transaction transaction = begin();
    transaction.lockMetadata("d", name, Transaction.MetadataLock.EXCLUSIVE);
    TableDescriptor table;
    try (DdlTransaction ddl = engine.beginDdl(transaction)) {
      byte[] definition = TestFormat.definition(indexes.toLowerCase(java.util.Locale.ROOT));
      table = ddl.createTable("d", name, definition, unique);
      ddl.commit();
    }
    transaction.commit();
    return table;
  }

  TableDescriptor table(String name) {
    return engine.dictionary().findTable("d", name).orElseThrow();
  }

  Transaction begin() {
    return begin(IsolationLevel.REPEATABLE_READ);
  }

  Transaction begin(IsolationLevel isolation) {
    return begin(isolation, Duration.ofSeconds(10));
  }

  Transaction begin(IsolationLevel isolation, Duration lockWaitTimeout) {
    return engine.begin(
        new TransactionOptions(isolation, false, false, lockWaitTimeout, Durability.DISK));
  }

  /// Waits until purge has nothing left to do. No transaction may be open.
  void settle() {
    if (!engine.awaitPurged(Duration.ofSeconds(200))) {
      throw new AssertionError("purge does not come to an end");
    }
  }

  /// Rows by primary key, read through an index.
  static TreeMap<Integer, String> rows(Transaction tx, TableDescriptor table, int indexNo) {
    return rows(tx, table, indexNo, KeyRange.all(), ScanOptions.CONSISTENT);
  }

  static TreeMap<Integer, String> rows(
      Transaction tx, TableDescriptor table, int indexNo, KeyRange range, ScanOptions options) {
    TreeMap<Integer, String> rows = new TreeMap<>();
    try (Cursor cursor = tx.scan(table, indexNo, range, options)) {
      while (cursor.next()) {
        byte[] row = new byte[cursor.rowLength()];
        System.arraycopy(cursor.rowBuffer(), cursor.rowOffset(), row, 0, row.length);
        String before = rows.put(TestFormat.number(cursor.primaryKey()), show(row));
        if (before != null) {
          throw new AssertionError(
              "row twice in index %d, %s: %d, %s and %s"
                  .formatted(
                      indexNo, options, TestFormat.number(cursor.primaryKey()), before, show(row)));
        }
      }
    }
    return rows;
  }

  static String show(byte[] row) {
    int u = TestFormat.u(row);
    return TestFormat.k(row)
        + "/"
        + (u == TestFormat.NULL ? "null" : String.valueOf(u))
        + "/"
        + TestFormat.text(row);
  }

  @Override
  public void close() {
    engine.close();
  }
}
