package io.tidemark.engine.mtr;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.storage.error.Exhausted;
import org.jctools.queues.MpmcArrayQueue;

/// Begins mini-transactions over one buffer pool and one log buffer, and reuses their objects.
///
/// Thread-safe.
public final class MiniTransactions {
  private static final int KEPT = 128;

  private final BufferPool pool;
  private final LogBuffer log;
  private final MpmcArrayQueue<MiniTransaction> kept = new MpmcArrayQueue<>(KEPT);

  public MiniTransactions(BufferPool pool, LogBuffer log) {
    this.pool = pool;
    this.log = log;
  }

  public BufferPool pool() {
    return pool;
  }

  public LogBuffer log() {
    return log;
  }

  /// A new mini-transaction, to be closed by the caller's thread in a try statement.
  public MiniTransaction begin() {
    MiniTransaction mtr = kept.poll();
    if (mtr == null) {
      mtr = new MiniTransaction(this);
    }
    mtr.begin();
    return mtr;
  }

  /// To be called before an mtr changes its first page.
  ///
  /// @throws Exhausted if the log or the page service is full
  void admit() {
    if (pool.isServiceFull()) {
      throw new Exhausted("object store: full; nothing can be written until space returns");
    }
    log.admit();
  }

  void keep(MiniTransaction mtr) {
    kept.offer(mtr);
  }
}
