package io.tidemark.sql.session;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Lets long texts be parsed only as far as the heap can bear them at once. Thread-safe.
///
/// A text that is parsed as a whole takes many times its length in memory while it runs: tokens,
/// expressions, values. INSERTs of literals are not among them (see
/// [io.tidemark.sql.parse.ValueList]), but long IN lists are, rows of expressions, and several
/// statements in one text. The process has one heap, so all sessions share one budget: a 256th of
/// the heap for texts, and never less than the longest of them alone. Short statements do not ask.
/// Who waits may hold row locks, so waiting ends like a wait for a lock, with an error.
final class LongStatements {
  private static final int MIN_BYTES = 64 << 10;
  private static final int PERMIT_BYTES = 4 << 10;

  private static final LongStatements OF_PROCESS =
      new LongStatements(Runtime.getRuntime().maxMemory(), Duration.ofSeconds(50));

  private final int permits;
  private final Duration patience;
  private final Semaphore room;

  LongStatements(long heapBytes, Duration patience) {
    this.permits = Math.clamp(heapBytes / 256 / PERMIT_BYTES, 64, 1 << 20);
    this.patience = patience;
    this.room = new Semaphore(permits, true);
  }

  /// What the sessions of this process share.
  static LongStatements ofProcess() {
    return OF_PROCESS;
  }

  /// Waits for room for a statement of `bytes`; the answer is what [#leave] must give back.
  ///
  /// @throws Rejected 1037 if there is none for long, 1317 if the thread is interrupted
  int enter(int bytes) {
    if (bytes < MIN_BYTES) {
      return 0;
    }
    int wanted = Math.min(permits, bytes / PERMIT_BYTES);
    try {
      if (!room.tryAcquire(wanted, patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new Rejected(MySqlError.OUT_OF_MEMORY, bytes);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Rejected(MySqlError.QUERY_INTERRUPTED);
    }
    return wanted;
  }

  void leave(int entered) {
    room.release(entered);
  }
}
