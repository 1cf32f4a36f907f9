package io.tidemark.log.local;

import io.tidemark.storage.Durability;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.DiskSpace;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes and syncs segment files, one thread at a time: group commit.
///
/// A thread of the log's own does it, or one that appends and would wait anyway ([#tryWork]).
/// Whoever is at it takes all frames that are waiting, writes them with as few calls as possible,
/// and if anybody asked for the disk issues one `fdatasync` for all of them; meanwhile the next
/// group piles up. When nothing comes for a while it syncs what nobody asked for and leaves a mark.
///
/// A full disk can hit only file systems that allocate on overwrite: then it tries again until
/// space returns. Any other failure stops the log: what a failed sync has left in the page cache is
/// unknown, so it is never tried again.
///
/// Guarded by one lock, but for [#counters].
final class LogWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final int STAGING_BYTES = 1 << 20;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final AppendQueue queue;
  private final FrameWindow window;
  private final Disk disk;
  private final long lazyNanos;

  /// Held by the thread that is at work. Guards all below.
  private final ReentrantLock working = new ReentrantLock();

  private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING_BYTES);
  private final byte[] scratch = new byte[LogEntry.HEADER_BYTES];

  /// Written, not yet durable.
  private final List<PendingFrame> unsynced = new ArrayList<>();

  /// Taken from the queue, being written.
  private List<PendingFrame> inHand = List.of();

  /// The segment being written; frames of it may be unsynced.
  private @Nullable Segment segment;

  private long stagingOffset;
  private long writtenLsn;
  private long oldestUnsyncedNanos;
  private boolean stopped;

  /// How long the writer's own thread may rest. Written under `working`.
  private volatile long patienceNanos;

  private final LongAdder appends = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder syncs = new LongAdder();
  private final LongAdder syncNanos = new LongAdder();

  /// `segment` is the one that recovery ended in, null in a new log.
  LogWriter(
      AppendQueue queue,
      FrameWindow window,
      Disk disk,
      @Nullable Segment segment,
      LocalRedoLogConfig config) {
    this.queue = queue;
    this.window = window;
    this.disk = disk;
    this.segment = segment;
    this.lazyNanos = TimeUnit.MILLISECONDS.toNanos(config.lazySyncMillis());
    this.patienceNanos = lazyNanos;
    this.writtenLsn = queue.durableLsn();
  }

  LogCounters counters(SegmentSupply supply) {
    return new LogCounters(
        appends.sum(),
        bytes.sum(),
        syncs.sum(),
        syncNanos.sum() / 1000,
        supply.created(),
        supply.reused());
  }

  @Override
  public void run() {
    boolean goesOn = true;
    while (goesOn) {
      boolean idle = !queue.await(patienceNanos);
      working.lock();
      try {
        goesOn = work(idle);
      } finally {
        working.unlock();
      }
    }
  }

  /// Does what there is to do on the calling thread; false if somebody else is at it.
  boolean tryWork() {
    if (!working.tryLock()) {
      return false;
    }
    try {
      work(false);
      return true;
    } finally {
      working.unlock();
    }
  }

  /// Returns false when the log is closed or has stopped.
  private boolean work(boolean idle) {
    if (stopped) {
      return false;
    }
    try {
      return step(idle);
    } catch (IOException | RuntimeException e) {
      stop(e);
      return false;
    }
  }

  private boolean step(boolean idle) throws IOException {
    AppendQueue.Work work = queue.take();
    write(work.frames());
    boolean tooOld = !unsynced.isEmpty() && System.nanoTime() - oldestUnsyncedNanos >= lazyNanos;
    if (work.sync() || tooOld) {
      sync();
    }
    boolean finished = work.closing() && work.frames().isEmpty();
    if ((idle || finished) && work.frames().isEmpty() && unsynced.isEmpty()) {
      mark();
    }
    patienceNanos =
        unsynced.isEmpty()
            ? lazyNanos
            : Math.max(0, oldestUnsyncedNanos + lazyNanos - System.nanoTime());
    return !finished;
  }

  private void write(List<PendingFrame> frames) throws IOException {
    if (frames.isEmpty()) {
      return;
    }
    inHand = frames;
    if (unsynced.isEmpty()) {
      oldestUnsyncedNanos = System.nanoTime();
    }
    long frameBytes = 0;
    for (PendingFrame pending : frames) {
      if (segment == null || pending.segment().sequence() != segment.sequence()) {
        enter(pending.segment());
      }
      stage(pending);
      unsynced.add(pending);
      frameBytes += pending.frame().bytes().length;
    }
    flush();
    inHand = List.of();
    writtenLsn = frames.getLast().frame().endLsn().value();
    appends.add(frames.size());
    bytes.add(frameBytes);
    for (PendingFrame pending : frames) {
      if (pending.durability() == Durability.MEMORY) {
        pending.future().complete(pending.frame().endLsn());
      }
    }
  }

  /// Begins a new segment. The old one is durable before the header of the new one is written, and
  /// that before any frame: so a header testifies that everything before its first LSN is durable.
  private void enter(Segment next) throws IOException {
    flush();
    if (!unsynced.isEmpty()) {
      writtenLsn = unsynced.getLast().frame().endLsn().value();
      sync();
    }
    segment = next;
    writeFully(next.header().encode(), 0);
    force(next);
    LOG.info("redo log segment {} begins at lsn {}", next.name(), next.firstLsn());
  }

  private void stage(PendingFrame pending) throws IOException {
    byte[] frame = pending.frame().bytes();
    if (staging.position() == 0) {
      stagingOffset = pending.offset();
    }
    if (staging.remaining() < LogEntry.HEADER_BYTES) {
      flush();
    }
    long start = pending.frame().startLsn().value();
    LogEntry.encode(
        staging, scratch, frame.length, start, queue.durableLsn(), pending.segment().salt());
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

  private void flush() throws IOException {
    if (staging.position() == 0) {
      return;
    }
    staging.flip();
    int count = staging.remaining();
    writeFully(staging, stagingOffset);
    stagingOffset += count;
    staging.clear();
  }

  /// Writes to the current segment, again and again while the disk is full.
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
          Exhausted full = full(target);
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

  private Exhausted full(Segment target) throws IOException {
    return new Exhausted(
        "redo log segment %s: disk full, %d bytes free"
            .formatted(disk.pathOf(target.name()), disk.freeBytes()));
  }

  private void sync() throws IOException {
    if (unsynced.isEmpty()) {
      return;
    }
    force(current());
    queue.becameDurable(writtenLsn);
    List<Frame> frames = new ArrayList<>(unsynced.size());
    for (PendingFrame pending : unsynced) {
      frames.add(pending.frame());
    }
    window.publish(frames);
    for (PendingFrame pending : unsynced) {
      pending.future().complete(pending.frame().endLsn());
    }
    unsynced.clear();
  }

  private void force(Segment target) throws IOException {
    long start = System.nanoTime();
    target.file().force();
    syncNanos.add(System.nanoTime() - start);
    syncs.increment();
  }

  /// Leaves testimony that the last frame is durable.
  private void mark() throws IOException {
    Optional<AppendQueue.Place> place = queue.reserveMark();
    if (place.isEmpty()) {
      return;
    }
    Segment target = current();
    stagingOffset = place.get().offset();
    long durable = queue.durableLsn();
    LogEntry.encode(staging, scratch, 0, durable, durable, target.salt());
    flush();
    force(target);
  }

  private Segment current() {
    if (segment == null) {
      throw new IllegalStateException("no segment was started");
    }
    return segment;
  }

  private void stop(Exception cause) {
    stopped = true;
    String name = segment == null ? "" : " segment " + disk.pathOf(segment.name());
    TidemarkException reason =
        cause instanceof IOException io && DiskSpace.isFull(io)
            ? new Exhausted("redo log" + name + ": closed while the disk was full", cause)
            : new Corrupt(
                "redo log%s: write or sync failed behind lsn %d, the log has stopped: %s"
                    .formatted(name, queue.durableLsn(), cause.getMessage()),
                cause);
    LOG.error("{}", reason.getMessage(), cause);
    List<PendingFrame> abandoned = new ArrayList<>(unsynced);
    abandoned.addAll(inHand);
    abandoned.addAll(queue.fail(reason));
    for (PendingFrame pending : abandoned) {
      pending.future().completeExceptionally(reason);
    }
  }
}
