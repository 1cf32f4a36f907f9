package io.tidemark.engine.buffer;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/// The LSN of the last change of each page that was dropped, as far as memory allows; for all
/// others one floor.
///
/// A set-associative table: a page that finds its set full pushes out the oldest LSN there, which
/// raises the floor. Thread-safe.
final class LastWrittenLsns {
  private static final int WAYS = 8;
  private static final long NOBODY = -1;

  private final ReentrantLock lock = new ReentrantLock();
  private final long[] pages;
  private final long[] lsns;
  private final int setMask;
  private long floor;

  /// `floor` is at or above the last change of every page at the start.
  LastWrittenLsns(int capacity, long floor) {
    int sets = Integer.highestOneBit(Math.max(1, capacity / WAYS - 1)) * 2;
    this.pages = new long[sets * WAYS];
    this.lsns = new long[sets * WAYS];
    Arrays.fill(pages, NOBODY);
    this.setMask = sets - 1;
    this.floor = floor;
  }

  void put(long page, long lsn) {
    lock.lock();
    try {
      int first = firstOf(page);
      int oldest = first;
      for (int i = first; i < first + WAYS; i++) {
        if (pages[i] == page || pages[i] == NOBODY) {
          pages[i] = page;
          lsns[i] = lsn;
          return;
        }
        if (lsns[i] < lsns[oldest]) {
          oldest = i;
        }
      }
      floor = Math.max(floor, lsns[oldest]);
      pages[oldest] = page;
      lsns[oldest] = lsn;
    } finally {
      lock.unlock();
    }
  }

  /// At or above the LSN of the page's last change.
  long get(long page) {
    lock.lock();
    try {
      int first = firstOf(page);
      for (int i = first; i < first + WAYS; i++) {
        if (pages[i] == page) {
          return lsns[i];
        }
      }
      return floor;
    } finally {
      lock.unlock();
    }
  }

  private int firstOf(long page) {
    return ((int) PageTable.mix(page) & setMask) * WAYS;
  }
}
