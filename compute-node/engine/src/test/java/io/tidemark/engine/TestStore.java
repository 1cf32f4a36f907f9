package io.tidemark.engine;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.mtr.LogBuffer;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.log.RedoLog;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.page.PageHeader;
import java.util.concurrent.atomic.AtomicReference;

/// Log buffer, buffer pool and mtrs over a redo log in memory and its replayed pages.
public final class TestStore implements AutoCloseable {
  public final MemoryRedoLog log;
  public final ReplayedPages pages;
  public final LogBuffer logBuffer;
  public final BufferPool pool;
  public final MiniTransactions mtrs;
  public final AtomicReference<Throwable> failure = new AtomicReference<>();

  private TestStore(MemoryRedoLog log, RedoLog facade, PageService service, int frames) {
    this.log = log;
    this.pages = service instanceof ReplayedPages replayed ? replayed : new ReplayedPages(log);
    Epoch epoch = facade.currentEpoch().next();
    Lsn end = facade.fence(epoch);
    pages.awaitIngested(end);
    this.logBuffer = LogBuffer.open(facade, epoch, end, 1 << 20, failure::set);
    this.pool = BufferPool.open((long) frames * PageHeader.PAGE_BYTES, service, logBuffer);
    this.mtrs = new MiniTransactions(pool, logBuffer);
  }

  /// A store over the pages that `log` makes, with a pool of `frames` pages.
  public static TestStore open(MemoryRedoLog log, int frames) {
    return new TestStore(log, log, new ReplayedPages(log), frames);
  }

  /// As [#open], but writing through `facade`, which hands on to `log`.
  public static TestStore open(MemoryRedoLog log, RedoLog facade, int frames) {
    return new TestStore(log, facade, new ReplayedPages(log), frames);
  }

  /// A store with an empty tablespace 5.
  public static TestStore create(int frames) {
    TestStore store = open(MemoryRedoLog.create(), frames);
    store.createSpace(5);
    return store;
  }

  public void createSpace(int spaceId) {
    try (MiniTransaction mtr = mtrs.begin()) {
      Tablespaces.create(mtr, spaceId);
      mtr.commit();
    }
  }

  /// Waits until everything written is durable; returns the end of the log.
  public long sync() {
    long lsn = logBuffer.publishedLsn();
    logBuffer.awaitDurable(lsn, Durability.DISK);
    return lsn;
  }

  public void checkNotFailed() {
    Throwable reason = failure.get();
    if (reason != null) {
      throw new IllegalStateException(reason);
    }
  }

  @Override
  public void close() {
    logBuffer.close();
  }
}
