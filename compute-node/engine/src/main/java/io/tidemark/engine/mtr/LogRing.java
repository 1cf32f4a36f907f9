package io.tidemark.engine.mtr;

import static io.tidemark.storage.page.PageHeader.INT;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.RecordEncoder;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// The stream of mtrs between those who write them and the sender: a ring of bytes.
///
/// A writer reserves its range with one atomic addition, which is what orders mtrs, copies without
/// a lock, and then publishes: it sets the mark of its first byte. An mtr begins with its length,
/// so whoever holds [#walk] can follow the marks from mtr to mtr; [#publishedLsn] is where it met
/// the first one that is still being copied. The sender takes what is published and frees the ring
/// by moving [#takenLsn].
///
/// Thread-safe, but for [#take]: one thread.
final class LogRing {
  private static final VarHandle RESERVED;
  private static final VarHandle MARKS = MethodHandles.arrayElementVarHandle(byte[].class);
  private static final long FULL_PARK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final int TORN_HEADER = RecordEncoder.MTR_HEADER_BYTES - 1;

  static {
    try {
      RESERVED = MethodHandles.lookup().findVarHandle(LogRing.class, "reserved", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final byte[] ring;
  private final MemorySegment segment;
  private final byte[] marks;
  private final int mask;
  private final ReentrantLock walk = new ReentrantLock();

  @SuppressWarnings("unused")
  private volatile long reserved;

  /// Changed under `walk`.
  private volatile long published;

  private volatile long taken;

  /// `capacity` is a power of two.
  LogRing(int capacity, long startLsn) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("log ring capacity: " + capacity);
    }
    this.ring = new byte[capacity];
    this.segment = MemorySegment.ofArray(ring);
    this.marks = new byte[capacity];
    this.mask = capacity - 1;
    this.reserved = startLsn;
    this.published = startLsn;
    this.taken = startLsn;
  }

  int capacity() {
    return ring.length;
  }

  long reservedLsn() {
    return reserved;
  }

  long takenLsn() {
    return taken;
  }

  /// Bytes reserved and not yet taken by the sender.
  long pendingBytes() {
    return reserved - taken;
  }

  /// Reserves `length` bytes; returns the LSN of the first.
  long reserve(int length) {
    return (long) RESERVED.getAndAdd(this, (long) length);
  }

  /// Copies an mtr to its reserved place and publishes it. Waits while the ring has no room.
  void put(long start, byte[] source, int length) {
    while (start + length - taken > ring.length) {
      LockSupport.parkNanos(FULL_PARK_NANOS);
    }
    int at = (int) start & mask;
    int first = Math.min(length, ring.length - at);
    System.arraycopy(source, 0, ring, at, first);
    System.arraycopy(source, first, ring, 0, length - first);
    MARKS.setRelease(marks, at, (byte) 1);
  }

  /// Up to where every mtr is complete in the ring. Everything whose [#put] returned before the
  /// call and before which everything was put is included.
  long publishedLsn() {
    if (published == reserved) {
      return published;
    }
    walk.lock();
    try {
      long at = published;
      while ((byte) MARKS.getAcquire(marks, (int) at & mask) == 1) {
        MARKS.setOpaque(marks, (int) at & mask, (byte) 0);
        at += mtrBytes(at);
      }
      published = at;
      return at;
    } finally {
      walk.unlock();
    }
  }

  /// Copies whole published mtrs, in all at most `maxBytes` unless the first alone is longer, into
  /// a new array behind `headroom` free bytes, and frees their place.
  byte[] take(long publishedLsn, int headroom, int maxBytes) {
    long start = taken;
    long end = start;
    while (end < publishedLsn) {
      long next = end + mtrBytes(end);
      if (next - start > maxBytes && end > start) {
        break;
      }
      end = next;
    }
    int length = (int) (end - start);
    byte[] bytes = new byte[headroom + length];
    int at = (int) start & mask;
    int first = Math.min(length, ring.length - at);
    System.arraycopy(ring, at, bytes, headroom, first);
    System.arraycopy(ring, 0, bytes, headroom + first, length - first);
    taken = end;
    return bytes;
  }

  private int mtrBytes(long lsn) {
    int at = (int) lsn & mask;
    int length;
    if (at < ring.length - TORN_HEADER) {
      length = segment.get(INT, at);
    } else {
      length = 0;
      for (int i = 0; i < RecordEncoder.MTR_HEADER_BYTES; i++) {
        length |= (ring[(at + i) & mask] & 0xFF) << (8 * i);
      }
    }
    if (length <= 0 || length > ring.length) {
      throw new Corrupt("log buffer: mtr at lsn " + lsn + " has length " + length);
    }
    return RecordEncoder.MTR_HEADER_BYTES + length;
  }
}
