package io.tidemark.log;

import io.tidemark.storage.redo.Frame;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The newest durable frames in memory, up to a number of bytes, and the place where readers wait
/// for the next. Frames are handed over as they are, without a copy.
///
/// Guarded by a lock of its own.
public final class FrameWindow {
  private static final int BATCH_FRAMES = 64;
  private static final long BATCH_BYTES = 1 << 20;

  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition published = lock.newCondition();

  // Guarded by lock. A ring: frame i is at (head + i) % length.
  private @Nullable Frame[] ring = new Frame[256];
  private int head;
  private int count;
  private long bytes;
  private long startLsn;
  private long endLsn;

  /// What [#read] found.
  public enum Outcome {
    /// At least one frame.
    FOUND,
    /// The frame is older than the window: it has to come from where the log is stored.
    OLDER,
    /// Nothing within the time, or the reader is closed.
    NOTHING
  }

  /// An empty window of a log whose durable end is `endLsn`.
  public FrameWindow(long maxBytes, long endLsn) {
    this.maxBytes = maxBytes;
    this.startLsn = endLsn;
    this.endLsn = endLsn;
  }

  /// Adds frames that have become durable, in order, and wakes the readers.
  public void publish(List<Frame> frames) {
    lock.lock();
    try {
      for (Frame frame : frames) {
        add(frame);
      }
      published.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Forgets all frames and goes on at `lsn`, behind everything published so far.
  public void restart(long lsn) {
    lock.lock();
    try {
      if (lsn < endLsn) {
        throw new IllegalArgumentException("window at lsn " + endLsn + " restarted at " + lsn);
      }
      Arrays.fill(ring, null);
      head = 0;
      count = 0;
      bytes = 0;
      startLsn = lsn;
      endLsn = lsn;
      published.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Where the window begins: what lies before it has to come from where the log is stored.
  public long startLsn() {
    lock.lock();
    try {
      return startLsn;
    } finally {
      lock.unlock();
    }
  }

  /// End of the last frame published.
  public long endLsn() {
    lock.lock();
    try {
      return endLsn;
    } finally {
      lock.unlock();
    }
  }

  /// Makes waiting readers look at whether they are closed.
  public void wake() {
    lock.lock();
    try {
      published.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Moves the next frames behind `position` to `target`, waiting up to `nanos` for the first.
  public Outcome read(long position, ArrayDeque<Frame> target, long nanos, BooleanSupplier closed)
      throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closed.getAsBoolean()) {
        if (position < startLsn) {
          return Outcome.OLDER;
        }
        if (position < endLsn) {
          copy(indexOf(position), target);
          return Outcome.FOUND;
        }
        if (left <= 0) {
          return Outcome.NOTHING;
        }
        left = published.awaitNanos(left);
      }
      return Outcome.NOTHING;
    } finally {
      lock.unlock();
    }
  }

  private void add(Frame frame) {
    if (count == ring.length) {
      grow();
    }
    ring[(head + count) & (ring.length - 1)] = frame;
    count++;
    bytes += frame.bytes().length;
    endLsn = frame.endLsn().value();
    while (bytes > maxBytes && count > 0) {
      Frame oldest = get(0);
      ring[head] = null;
      head = (head + 1) & (ring.length - 1);
      count--;
      bytes -= oldest.bytes().length;
      startLsn = oldest.endLsn().value();
    }
  }

  private void copy(int first, ArrayDeque<Frame> target) {
    long copied = 0;
    for (int i = first; i < count && i - first < BATCH_FRAMES && copied < BATCH_BYTES; i++) {
      Frame frame = get(i);
      target.add(frame);
      copied += frame.bytes().length;
    }
  }

  /// The first frame that ends behind `position`.
  private int indexOf(long position) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).endLsn().value() > position) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private Frame get(int index) {
    Frame frame = ring[(head + index) & (ring.length - 1)];
    if (frame == null) {
      throw new IllegalStateException("no frame at " + index + " of " + count);
    }
    return frame;
  }

  private void grow() {
    @Nullable Frame[] larger = new Frame[ring.length * 2];
    for (int i = 0; i < count; i++) {
      larger[i] = get(i);
    }
    ring = larger;
    head = 0;
  }
}
