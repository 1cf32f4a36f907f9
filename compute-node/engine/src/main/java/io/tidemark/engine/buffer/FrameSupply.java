package io.tidemark.engine.buffer;

import io.tidemark.engine.buffer.BufferPool.NewFrame;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where frames for missing pages come from: unused ones first, then pages are dropped.
///
/// The clock algorithm with a small use count: a page that was used often survives several passes
/// of the hand, one that a scan read ahead survives none. A page is dropped only if nobody holds
/// its latch or a pin, and its last change is at or below [ReadPoint#evictableLsn]. Thread-safe.
final class FrameSupply {
  private static final int CHUNK_FRAMES = 256;
  private static final long DURABLE_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long SPIN_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  private final PageTable table;
  private final ReadPoint readPoint;
  private final @Nullable LastWrittenLsns lastWritten;

  /// Frees its memory when the pool is unreachable, so that a late reader never meets freed memory.
  private final Arena arena = Arena.ofAuto();

  private final long patienceNanos;
  private final PageFrame[] frames;
  private final ReentrantLock growth = new ReentrantLock();
  private final ConcurrentLinkedQueue<PageFrame> unused = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unusedCount = new AtomicInteger();
  private final AtomicInteger hand = new AtomicInteger();
  private volatile int created;

  FrameSupply(
      int capacity,
      Duration patience,
      PageTable table,
      ReadPoint readPoint,
      @Nullable LastWrittenLsns lastWritten) {
    this.frames = new PageFrame[capacity];
    this.patienceNanos = patience.toNanos();
    this.table = table;
    this.readPoint = readPoint;
    this.lastWritten = lastWritten;
  }

  int capacity() {
    return frames.length;
  }

  int used() {
    return created - unusedCount.get();
  }

  void forEachFrame(Consumer<PageFrame> action) {
    int count = created;
    for (int i = 0; i < count; i++) {
      action.accept(frames[i]);
    }
  }

  /// Whether a frame can be had without putting pressure on a pool that is small or full of pages
  /// that must stay; only a hint.
  boolean canTakeEasily() {
    return unusedCount.get() > 0 || created < frames.length || frames.length > 256;
  }

  /// An empty frame, exclusively latched, in no chain.
  ///
  /// @throws Exhausted if all pages stay in use for too long
  NewFrame take() {
    long deadline = 0;
    while (true) {
      PageFrame frame = takeUnused();
      if (frame != null) {
        return new NewFrame(frame, frame.latchExclusive());
      }
      SweepResult result = sweep();
      if (result.taken != null) {
        return result.taken;
      }
      long now = System.nanoTime();
      if (deadline == 0) {
        deadline = now + patienceNanos;
      } else if (now - deadline > 0) {
        throw new Exhausted(
            "buffer pool: all %d pages are in use or not yet durable".formatted(frames.length));
      }
      if (result.notYetDurable) {
        readPoint.awaitEvictable(DURABLE_WAIT_NANOS);
      } else {
        LockSupport.parkNanos(SPIN_PARK_NANOS);
      }
    }
  }

  /// Takes back an empty frame and releases its latch.
  void giveBack(NewFrame empty) {
    empty.frame().setUsage(0);
    empty.frame().unlatch(empty.stamp());
    unusedCount.incrementAndGet();
    unused.add(empty.frame());
  }

  private @Nullable PageFrame takeUnused() {
    while (true) {
      PageFrame frame = unused.poll();
      if (frame != null) {
        unusedCount.decrementAndGet();
        return frame;
      }
      if (created == frames.length) {
        return null;
      }
      grow();
    }
  }

  private void grow() {
    growth.lock();
    try {
      int first = created;
      int count = Math.min(CHUNK_FRAMES, frames.length - first);
      if (count == 0 || unusedCount.get() > 0) {
        return;
      }
      MemorySegment chunk =
          arena.allocate((long) count * PageHeader.PAGE_BYTES, PageHeader.PAGE_BYTES);
      for (int i = 0; i < count; i++) {
        frames[first + i] =
            new PageFrame(chunk.asSlice((long) i * PageHeader.PAGE_BYTES, PageHeader.PAGE_BYTES));
      }
      created = first + count;
      unusedCount.addAndGet(count);
      for (int i = 0; i < count; i++) {
        unused.add(frames[first + i]);
      }
    } finally {
      growth.unlock();
    }
  }

  private SweepResult sweep() {
    long evictable = readPoint.evictableLsn();
    boolean notYetDurable = false;
    int steps = 5 * frames.length;
    for (int step = 0; step < steps; step++) {
      PageFrame frame = frames[Integer.remainderUnsigned(hand.getAndIncrement(), frames.length)];
      if (frame.packedId() == PageFrame.EMPTY || frame.isPinned() || !frame.age()) {
        continue;
      }
      if (PageHeader.pageLsn(frame.page()) > evictable) {
        notYetDurable = true;
        continue;
      }
      long stamp = frame.tryLatchExclusive();
      if (stamp == 0) {
        continue;
      }
      if (tryEmpty(frame, evictable)) {
        return new SweepResult(new NewFrame(frame, stamp), false);
      }
      frame.unlatch(stamp);
    }
    return new SweepResult(null, notYetDurable);
  }

  private boolean tryEmpty(PageFrame frame, long evictable) {
    long packed = frame.packedId();
    if (packed == PageFrame.EMPTY || PageHeader.pageLsn(frame.page()) > evictable) {
      return false;
    }
    if (!frame.tryBlockPins()) {
      return false;
    }
    if (lastWritten != null) {
      lastWritten.put(packed, PageHeader.pageLsn(frame.page()));
    }
    ReentrantLock lock = table.lockOf(packed);
    lock.lock();
    try {
      table.remove(packed, frame);
      frame.become(PageFrame.EMPTY);
    } finally {
      lock.unlock();
    }
    frame.allowPins();
    return true;
  }

  /// What a sweep found; nothing, perhaps because everything was changed too recently.
  private record SweepResult(@Nullable NewFrame taken, boolean notYetDurable) {}
}
