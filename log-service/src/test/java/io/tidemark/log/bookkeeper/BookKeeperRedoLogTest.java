package io.tidemark.log.bookkeeper;

import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoLogContract;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.node.BookKeeperFixture;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class BookKeeperRedoLogTest extends RedoLogContract {
  private static final AtomicInteger LOGS = new AtomicInteger();

  @TempDir private static Path directory;
  private static BookKeeperFixture cluster;
  private static Coordination coordination;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = BookKeeperFixture.start(directory, 3);
    coordination = cluster.connect();
  }

  @AfterAll
  static void stopCluster() {
    coordination.close();
    cluster.close();
  }

  @Override
  protected RedoLog openLog() {
    BookKeeperRedoLogConfig config =
        BookKeeperRedoLogConfig.DEFAULT.withRollBytes(20_000).withWindowBytes(20_000);
    return BookKeeperRedoLog.open(
        cluster.openLedgers(), coordination, "log/chain-" + LOGS.incrementAndGet(), config);
  }
}
