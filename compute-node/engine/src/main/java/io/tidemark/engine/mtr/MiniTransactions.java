package io.tidemark.engine.mtr;

import io.tidemark.engine.buffer.BufferPool;
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

  void keep(MiniTransaction mtr) {
    kept.offer(mtr);
  }
}
