package io.tidemark.log.local;

import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalRedoLogTest extends RedoLogContract {
  @TempDir private Path directory;

  @Override
  protected RedoLog openLog() {
    LocalRedoLogConfig config = LocalRedoLogConfig.DEFAULT.withSegmentBytes(64 << 10);
    return LocalRedoLog.open(
        directory.resolve("log"), config.withWindowBytes(20_000).withLazySyncMillis(20));
  }
}
