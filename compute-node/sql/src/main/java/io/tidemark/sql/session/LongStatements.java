package io.tidemark.sql.session;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets long statements in only as far as the heap can bear them at once.
///
/// A statement of many literals takes many times its text in memory while it runs: tokens,
/// expressions, values. The process has one heap, so all sessions share one budget: a 256th of the
/// heap for texts, and never less than the longest of them alone. Short statements do not ask. Who
/// waits may hold row locks, so waiting ends like a wait for a lock, with an error.
final class LongStatements {
  private static final int MIN_BYTES = 64 << 10;
  private static final int PERMIT_BYTES = 4 << 10;
  private static final int PERMITS =
      Math.clamp(Runtime.getRuntime().maxMemory() / 256 / PERMIT_BYTES, 64, 1 << 20);
  private static final long PATIENCE_SECONDS = 50;

  private static final Semaphore ROOM = new Semaphore(PERMITS, true);

  private LongStatements() {}

  /// Waits for room for a statement of `bytes`; the answer is what [#leave] must give back.
  ///
  /// @throws Rejected 1037 if there is none for long, 1317 if the thread is interrupted
  static int enter(int bytes) {
    if (bytes < MIN_BYTES) {
      return 0;
    }
    int permits = Math.min(PERMITS, bytes / PERMIT_BYTES);
    try {
      if (!ROOM.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new Rejected(MySqlError.OUT_OF_MEMORY, bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Rejected(MySqlError.QUERY_INTERRUPTED);
    }
    return permits;
  }

  static void leave(int permits) {
    ROOM.release(permits);
  }
}
