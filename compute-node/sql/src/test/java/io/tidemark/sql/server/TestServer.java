package io.tidemark.sql.server;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.writer.WriterEngine;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.sql.session.SqlServer.ConnectionAttributes;
import io.tidemark.sql.spill.TemporaryFiles;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.storage.page.PageHeader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A server over a writer with its log in memory, and a database `test`.
public final class TestServer implements AutoCloseable {
  private final WriterEngine engine;
  private final TidemarkSqlServer server;
  private final AtomicLong connections = new AtomicLong();

  private TestServer(WriterEngine engine, TidemarkSqlServer server) {
    this.engine = engine;
    this.server = server;
  }

  public static TestServer open() {
    return open(TemporaryFiles.in(Path.of(System.getProperty("java.io.tmpdir"))));
  }

  /// A server whose statements keep rows in `files`.
  public static TestServer open(TemporaryFiles files) {
    MemoryRedoLog log = MemoryRedoLog.create();
    WriterEngine engine =
        WriterEngine.open(
            new EngineConfig(2048L * PageHeader.PAGE_BYTES, 1 << 22),
            log,
            log.currentEpoch().next(),
            new ReplayedPages(log),
            new SqlRowFormats());
    TidemarkSqlServer server =
        TidemarkSqlServer.open(engine, new Sessions(files), Map.of(), InstantSource.system());
    TestServer test = new TestServer(engine, server);
    try (TestClient client = test.connect("")) {
      client.run("CREATE DATABASE test");
    }
    return test;
  }

  public TestClient connect() {
    return connect("test");
  }

  TestClient connect(String database) {
    Account account = server.findAccount("root", "localhost").orElseThrow();
    ConnectionAttributes attributes =
        new ConnectionAttributes(
            connections.incrementAndGet(),
            database.isEmpty() ? Optional.empty() : Optional.of(database),
            255,
            "localhost",
            false,
            true,
            false,
            Optional.empty());
    return new TestClient(server.openSession(account, attributes));
  }

  @Override
  public void close() {
    server.close();
    engine.close();
  }
}
