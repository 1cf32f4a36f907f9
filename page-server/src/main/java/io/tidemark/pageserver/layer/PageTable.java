package io.tidemark.pageserver.layer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// A hash table from packed page id to a position above zero, with linear probing and no removal.
///
/// Single writer, readers anywhere, without locks: a slot's key is written before its value is
/// released, and a grown table is complete before it is published. A reader sees at least every
/// [#put] that happened before it loaded the table.
final class PageTable {
  private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int INITIAL_SLOTS = 1 << 10;

  private volatile Slots slots = new Slots(INITIAL_SLOTS);
  private int count;

  /// The position stored for `page`, 0 if none.
  long get(long page) {
    return slots.get(page);
  }

  /// By the writer only.
  void put(long page, long position) {
    if (slots.put(page, position)) {
      count++;
      if (count * 2 > slots.keys.length) {
        slots = slots.grown();
      }
    }
  }

  int count() {
    return count;
  }

  int sizeBytes() {
    return slots.keys.length * 16;
  }

  /// All pages in ascending order; only when there is no writer any more.
  long[] sortedPages() {
    long[] pages = new long[count];
    Slots now = slots;
    int at = 0;
    for (int i = 0; i < now.keys.length; i++) {
      if (now.values[i] != 0) {
        pages[at++] = now.keys[i];
      }
    }
    Arrays.sort(pages);
    return pages;
  }

  private static final class Slots {
    private final long[] keys;
    private final long[] values;
    private final int mask;

    Slots(int size) {
      keys = new long[size];
      values = new long[size];
      mask = size - 1;
    }

    long get(long page) {
      for (int i = slot(page); ; i = (i + 1) & mask) {
        long value = (long) VALUES.getAcquire(values, i);
        if (value == 0 || keys[i] == page) {
          return value;
        }
      }
    }

    boolean put(long page, long position) {
      for (int i = slot(page); ; i = (i + 1) & mask) {
        boolean free = values[i] == 0;
        if (free) {
          keys[i] = page;
        }
        if (keys[i] == page) {
          VALUES.setRelease(values, i, position);
          return free;
        }
      }
    }

    Slots grown() {
      Slots grown = new Slots(keys.length * 2);
      for (int i = 0; i < keys.length; i++) {
        if (values[i] != 0) {
          grown.put(keys[i], values[i]);
        }
      }
      return grown;
    }

    private int slot(long page) {
      return (int) ((page * 0x9E3779B97F4A7C15L) >>> 40) & mask;
    }
  }
}
