package io.tidemark.log.local;

import io.tidemark.log.local.Disk.DiskFile;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.DiskSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps one segment file ready ahead of the writer, so that a full disk shows one segment early
/// and no commit waits for a file to be filled.
///
/// A ready file has its final name and size and is filled with zeros, or with the bytes of an
/// earlier life: then its header names another sequence. A full disk is reported by [#take]; each
/// later call tries again.
///
/// Guarded by a lock of its own; files are made by one thread of its own.
final class SegmentSupply implements AutoCloseable {
  static final String PREPARING = "preparing";
  static final String RECYCLED_PREFIX = "recycled-";

  private static final int FILL_BYTES = 1 << 20;
  private static final long TAKE_SECONDS = 60;

  /// After so long it looks whether a full disk has space again.
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final Disk disk;
  private final long segmentBytes;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final ArrayDeque<String> recycled = new ArrayDeque<>();
  private long nextSequence;
  private long wantedBytes;
  private @Nullable Prepared prepared;
  private @Nullable TidemarkException failure;
  private long failedNanos;
  private boolean closed;
  private long created;
  private long reused;

  private volatile boolean outOfSpace;

  /// A file that is ready to become the segment `sequence`.
  record Prepared(long sequence, DiskFile file, long sizeBytes) {}

  private SegmentSupply(
      Disk disk,
      long segmentBytes,
      long nextSequence,
      @Nullable Prepared prepared,
      List<String> recycled) {
    this.disk = disk;
    this.segmentBytes = segmentBytes;
    this.wantedBytes = segmentBytes;
    this.nextSequence = nextSequence;
    this.prepared = prepared;
    this.recycled.addAll(recycled);
    this.thread = Thread.ofPlatform().name("redo-log-segments").daemon().unstarted(this::run);
  }

  /// Starts the supply. `prepared` is the file that an earlier process left ready, `recycled` are
  /// names of files that wait for another life.
  static SegmentSupply start(
      Disk disk,
      long segmentBytes,
      long nextSequence,
      @Nullable Prepared prepared,
      List<String> recycled) {
    SegmentSupply supply = new SegmentSupply(disk, segmentBytes, nextSequence, prepared, recycled);
    supply.thread.start();
    return supply;
  }

  /// The next segment file, of at least `minBytes`.
  ///
  /// @throws Exhausted if the disk is full
  Prepared take(long minBytes) {
    lock.lock();
    try {
      wantedBytes = Math.max(segmentBytes, minBytes);
      failure = null;
      changed.signalAll();
      long nanos = TimeUnit.SECONDS.toNanos(TAKE_SECONDS);
      while (true) {
        if (closed) {
          throw new RetryLater("redo log: closed");
        }
        if (prepared != null && prepared.sizeBytes() >= wantedBytes) {
          Prepared taken = prepared;
          prepared = null;
          wantedBytes = segmentBytes;
          nextSequence++;
          changed.signalAll();
          return taken;
        }
        if (failure != null) {
          throw failure;
        }
        if (nanos <= 0) {
          throw new Exhausted("redo log: no segment file within " + TAKE_SECONDS + " s");
        }
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("redo log: interrupted while waiting for a segment file", e);
    } finally {
      lock.unlock();
    }
  }

  /// Whether there is no file for the next segment, because the disk is full.
  boolean isOutOfSpace() {
    return outOfSpace;
  }

  /// Takes back a trimmed segment: keeps one file for another life, deletes the others.
  void recycle(Segment segment) throws IOException {
    segment.file().close();
    String name = RECYCLED_PREFIX + segment.sequence();
    lock.lock();
    try {
      if (segment.sizeBytes() == segmentBytes && recycled.isEmpty() && !closed) {
        disk.rename(segment.name(), name);
        recycled.add(name);
        return;
      }
    } finally {
      lock.unlock();
    }
    disk.delete(segment.name());
  }

  /// Segment files made from nothing so far.
  long created() {
    lock.lock();
    try {
      return created;
    } finally {
      lock.unlock();
    }
  }

  /// Segment files made from trimmed ones so far.
  long reused() {
    lock.lock();
    try {
      return reused;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    joinUninterruptibly(thread);
    lock.lock();
    try {
      if (prepared != null) {
        prepared.file().close();
        prepared = null;
      }
    } catch (IOException e) {
      throw new RetryLater("redo log: prepared segment file: close failed", e);
    } finally {
      lock.unlock();
    }
  }

  static void joinUninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      long sequence;
      long bytes;
      String reuse;
      lock.lock();
      try {
        awaitDue();
        if (closed) {
          return;
        }
        sequence = nextSequence;
        bytes = wantedBytes;
        reuse = bytes == segmentBytes ? recycled.poll() : null;
      } finally {
        lock.unlock();
      }
      try {
        deliver(reuse == null ? create(sequence, bytes) : reuse(reuse, sequence), reuse != null);
      } catch (IOException | TidemarkException e) {
        fail(explain(sequence, e));
      }
    }
  }

  /// Waits until there is a file to make; after a full disk not longer than until the next look.
  private void awaitDue() {
    while (!closed && (failure != null || isReady())) {
      if (!outOfSpace) {
        changed.awaitUninterruptibly();
        continue;
      }
      long left = failedNanos + RETRY_NANOS - System.nanoTime();
      if (left <= 0) {
        return;
      }
      try {
        left = changed.awaitNanos(left);
      } catch (InterruptedException e) {
        // Nobody interrupts it on purpose; it ends when the supply is closed.
        continue;
      }
    }
  }

  private boolean isReady() {
    return prepared != null && prepared.sizeBytes() >= wantedBytes;
  }

  private void deliver(Prepared made, boolean wasReused) throws IOException {
    lock.lock();
    try {
      if (prepared != null) {
        // It was too small for the frame that is waiting; the new file has taken its name.
        prepared.file().close();
      }
      prepared = made;
      failure = null;
      outOfSpace = false;
      created += wasReused ? 0 : 1;
      reused += wasReused ? 1 : 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(TidemarkException e) {
    lock.lock();
    try {
      failure = e;
      failedNanos = System.nanoTime();
      outOfSpace = e instanceof Exhausted;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private TidemarkException explain(long sequence, Exception e) {
    if (e instanceof TidemarkException known) {
      return known;
    }
    String path = disk.pathOf(Segment.nameOf(sequence));
    if (e instanceof IOException io && DiskSpace.isFull(io)) {
      return full(path);
    }
    return new Corrupt("redo log segment " + path + ": cannot be created", e);
  }

  private Exhausted full(String path) {
    long free;
    try {
      free = disk.freeBytes();
    } catch (IOException e) {
      free = -1;
    }
    return new Exhausted("redo log segment " + path + ": disk full, " + free + " bytes free");
  }

  private Prepared reuse(String name, long sequence) throws IOException {
    String segmentName = Segment.nameOf(sequence);
    disk.rename(name, segmentName);
    disk.syncDirectory();
    return new Prepared(sequence, disk.open(segmentName), segmentBytes);
  }

  private Prepared create(long sequence, long bytes) throws IOException {
    String name = Segment.nameOf(sequence);
    // Filling the disk to its last byte only to fail would hurt everybody else on it.
    if (disk.freeBytes() < bytes) {
      throw full(disk.pathOf(name));
    }
    DiskFile file = disk.create(PREPARING);
    try {
      fill(file, bytes);
      file.force();
      disk.rename(PREPARING, name);
      disk.syncDirectory();
      return new Prepared(sequence, file, bytes);
    } catch (IOException e) {
      file.close();
      disk.delete(PREPARING);
      throw e;
    }
  }

  /// Writes zeros, so that later writes change no metadata of the file.
  private static void fill(DiskFile file, long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
    for (long at = 0; at < bytes; at += FILL_BYTES) {
      zeros.clear().limit((int) Math.min(FILL_BYTES, bytes - at));
      file.write(zeros, at);
    }
  }
}
