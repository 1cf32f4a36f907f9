package io.tidemark.log.local;

import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.object.DiskSpace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes entries into the current segment file: gathers them in one buffer, so that a group of
/// frames is one write, and forces the file.
///
/// A full disk can hit only file systems that allocate on overwrite: then it tries again until
/// space returns, and has appends refused meanwhile. Guarded by the lock of [LogWriter], but for
/// the counters.
final class SegmentWriter {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentWriter.class);
  private static final int STAGING_BYTES = 1 << 20;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Disk disk;
  private final AppendQueue queue;
  private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
  private final byte[] scratch = new byte[LogEntry.HEADER_BYTES];
  private final LongAdder syncs = new LongAdder();
  private final LongAdder syncNanos = new LongAdder();

  private @Nullable Segment segment;

  /// Where in the file the first gathered byte goes.
  private long stagingOffset;

  /// `segment` is the one that recovery ended in, null in a new log.
  SegmentWriter(Disk disk, AppendQueue queue, @Nullable Segment segment) {
    this.disk = disk;
    this.queue = queue;
    this.segment = segment;
  }

  long syncs() {
    return syncs.sum();
  }

  long syncMicros() {
    return TimeUnit.NANOSECONDS.toMicros(syncNanos.sum());
  }

  boolean isIn(Segment other) {
    return segment != null && segment.sequence() == other.sequence();
  }

  /// Path of the segment that is being written; empty before the first.
  String path() {
    return segment == null ? "" : disk.pathOf(segment.name());
  }

  /// Makes `next` the current segment: its header is durable before anything else is written to it.
  /// The caller has made durable what went to the old one.
  void enter(Segment next) throws IOException {
    segment = next;
    writeFully(next.header().encode(), 0);
    force();
    LOG.info("redo log segment {} begins at lsn {}", next.name(), next.firstLsn());
  }

  /// Gathers an entry with `frame`, which is empty for a mark. Entries of a segment are contiguous.
  void put(long offset, byte[] frame, long startLsn, long durableLsn) throws IOException {
    if (staging.position() == 0) {
      stagingOffset = offset;
    }
    if (staging.remaining() < LogEntry.HEADER_BYTES) {
      flush();
    }
    LogEntry.encode(staging, scratch, frame.length, startLsn, durableLsn, current().salt());
    int at = 0;
    while (at < frame.length) {
      if (!staging.hasRemaining()) {
        flush();
      }
      int count = Math.min(frame.length - at, staging.remaining());
      staging.put(frame, at, count);
      at += count;
    }
    int padding = (int) (LogEntry.sizeOf(frame.length) - LogEntry.HEADER_BYTES - frame.length);
    for (int i = 0; i < padding; i++) {
      if (!staging.hasRemaining()) {
        flush();
      }
      staging.put((byte) 0);
    }
  }

  /// Writes what was gathered.
  void flush() throws IOException {
    if (staging.position() == 0) {
      return;
    }
    staging.flip();
    int count = staging.remaining();
    writeFully(staging, stagingOffset);
    stagingOffset += count;
    staging.clear();
  }

  /// Makes what was written durable.
  void force() throws IOException {
    long start = System.nanoTime();
    current().file().force();
    syncNanos.add(System.nanoTime() - start);
    syncs.increment();
  }

  private void writeFully(ByteBuffer source, long offset) throws IOException {
    Segment target = current();
    boolean stalled = false;
    while (true) {
      try {
        target.file().write(source.duplicate(), offset);
        break;
      } catch (IOException e) {
        if (!DiskSpace.isFull(e) || queue.isClosing()) {
          throw e;
        }
        if (!stalled) {
          stalled = true;
          Exhausted full = full();
          LOG.warn("{}, waiting for space", full.getMessage());
          queue.stall(full);
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
    if (stalled) {
      LOG.info("redo log segment {}: space has returned", target.name());
      queue.stall(null);
    }
  }

  private Exhausted full() throws IOException {
    return new Exhausted(
        "redo log segment %s: disk full, %d bytes free".formatted(path(), disk.freeBytes()));
  }

  private Segment current() {
    if (segment == null) {
      throw new IllegalStateException("no segment was started");
    }
    return segment;
  }
}
