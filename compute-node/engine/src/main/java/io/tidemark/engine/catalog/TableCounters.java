package io.tidemark.engine.catalog;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/// The running numbers of one table: its AUTO_INCREMENT counter and its row count.
///
/// The counter on pages runs ahead of the one in memory, so that most values cost one atomic
/// operation, and a crash skips values but never repeats one. Thread-safe.
final class TableCounters {
  /// How far the stored counter is raised at once.
  static final long AHEAD = 1000;

  private final AtomicLong next;
  private final LongAdder rows = new LongAdder();

  /// Values below it may be given out. Raised under this object's monitor, after it was stored.
  private volatile long stored;

  private volatile long rowsStored;

  TableCounters(long next, long rowCount) {
    this.next = new AtomicLong(next);
    this.stored = next;
    rows.add(rowCount);
    rowsStored = rowCount;
  }

  long next() {
    return next.get();
  }

  long rows() {
    return Math.max(0, rows.sum());
  }

  void addRows(long delta) {
    rows.add(delta);
  }

  long stored() {
    return stored;
  }

  void setStored(long value, long rowCount) {
    stored = value;
    rowsStored = rowCount;
  }

  boolean rowsChangedMuch() {
    long now = rows();
    return Math.abs(now - rowsStored) > rowsStored / 20 + 100;
  }

  boolean differsFromStored() {
    return next.get() != stored || rows() != rowsStored;
  }

  /// Takes values if the stored counter is ahead of them; negative if it must be raised first.
  long tryTake(long atLeast, long count) {
    while (true) {
      long now = next.get();
      long first = Math.max(now, atLeast);
      long behind = first + count;
      if (behind < first) {
        behind = Long.MAX_VALUE;
      }
      if (behind > stored) {
        return -1;
      }
      if (next.compareAndSet(now, behind)) {
        return first;
      }
    }
  }

  void set(long value) {
    next.set(value);
  }
}
