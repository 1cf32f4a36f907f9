package io.tidemark.mysql.statement;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.concurrent.atomic.AtomicInteger;

/// The number of prepared statements of all connections, and its bound (`max_prepared_stmt_count`).
/// Thread-safe.
public final class StatementLimit {
  private final int max;
  private final AtomicInteger count = new AtomicInteger();

  public StatementLimit(int max) {
    this.max = max;
  }

  public int count() {
    return count.get();
  }

  void acquire() {
    if (count.incrementAndGet() > max) {
      count.decrementAndGet();
      throw new Rejected(MySqlError.MAX_PREPARED_STMT_COUNT_REACHED, max);
    }
  }

  void release() {
    count.decrementAndGet();
  }
}
