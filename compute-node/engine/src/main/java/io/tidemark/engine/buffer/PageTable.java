package io.tidemark.engine.buffer;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Finds the frame of a page: chains of frames, walked without a lock, changed under one.
///
/// A walk may be led into another chain by a frame that moves meanwhile and then misses the page;
/// only [#findLocked] gives a certain answer. Thread-safe.
final class PageTable {
  private static final int STRIPES = 128;
  private static final int MAX_STEPS = 64;

  private final AtomicReferenceArray<@Nullable PageFrame> chains;
  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
  private final int mask;

  PageTable(int frames) {
    int size = Integer.highestOneBit(Math.max(frames, STRIPES)) * 2;
    this.chains = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  static long mix(long page) {
    long h = page * 0x9E3779B97F4A7C15L;
    return h ^ (h >>> 32);
  }

  /// The frame of the page, or null: it is not there, or just moved.
  @Nullable PageFrame find(long page) {
    PageFrame frame = chains.getAcquire((int) mix(page) & mask);
    for (int step = 0; frame != null && step < MAX_STEPS; step++) {
      if (frame.packedId() == page) {
        return frame;
      }
      frame = frame.next;
    }
    return null;
  }

  /// The lock of the page's chain, under which the other methods are called.
  ReentrantLock lockOf(long page) {
    return locks[(int) mix(page) & (STRIPES - 1)];
  }

  @Nullable PageFrame findLocked(long page) {
    PageFrame frame = chains.get((int) mix(page) & mask);
    while (frame != null && frame.packedId() != page) {
      frame = frame.next;
    }
    return frame;
  }

  void add(long page, PageFrame frame) {
    int chain = (int) mix(page) & mask;
    frame.next = chains.get(chain);
    chains.setRelease(chain, frame);
  }

  void remove(long page, PageFrame frame) {
    int chain = (int) mix(page) & mask;
    PageFrame before = null;
    PageFrame at = chains.get(chain);
    while (at != null && !isSame(at, frame)) {
      before = at;
      at = at.next;
    }
    if (at == null) {
      throw new IllegalStateException("page table: " + frame + " is not in its chain");
    }
    if (before == null) {
      chains.setRelease(chain, frame.next);
    } else {
      before.next = frame.next;
    }
    frame.next = null;
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(PageFrame one, PageFrame other) {
    return one == other;
  }
}
