package io.tidemark.log.local;

import io.tidemark.log.FrameWindow;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.DiskSpace;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes and syncs what is queued, one thread at a time: group commit.
///
/// A thread of the log's own does it, or one that appends and would wait anyway ([#tryWork]).
/// Whoever is at it takes all frames that are waiting, writes them with as few calls as possible,
/// and if anybody asked for the disk issues one `fdatasync` for all of them; meanwhile the next
/// group piles up. When nothing comes for a while the log's own thread syncs what nobody asked for
/// and leaves a mark.
///
/// A failure to write, but for a full disk, stops the log: what a failed sync has left in the page
/// cache is unknown, so it is never tried again.
///
/// Guarded by one lock, but for [#counters].
final class LogWriter implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final byte[] NO_FRAME = {};

  private final AppendQueue queue;
  private final FrameWindow window;
  private final SegmentWriter segments;
  private final long lazyNanos;
  private final LongAdder appends = new LongAdder();
  private final LongAdder bytes = new LongAdder();

  /// Held by the thread that is at work. Guards all below.
  private final ReentrantLock working = new ReentrantLock();

  /// Written, not yet durable.
  private final List<PendingFrame> unsynced = new ArrayList<>();

  /// Taken from the queue, being written.
  private List<PendingFrame> inHand = List.of();

  private long oldestUnsyncedNanos;
  private boolean stopped;

  /// How long the log's own thread may rest.
  private volatile long patienceNanos;

  LogWriter(
      AppendQueue queue, FrameWindow window, SegmentWriter segments, LocalRedoLogConfig config) {
    this.queue = queue;
    this.window = window;
    this.segments = segments;
    this.lazyNanos = TimeUnit.MILLISECONDS.toNanos(config.lazySyncMillis());
    this.patienceNanos = lazyNanos;
  }

  LogCounters counters(SegmentSupply supply) {
    return new LogCounters(
        appends.sum(),
        bytes.sum(),
        segments.syncs(),
        segments.syncMicros(),
        supply.created(),
        supply.reused());
  }

  /// The log's own thread.
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

  /// Does what there is to do on the calling thread; false if somebody is at it already, be it this
  /// thread in what depends on a future.
  boolean tryWork() {
    if (working.isHeldByCurrentThread() || !working.tryLock()) {
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
      if (!segments.isIn(pending.segment())) {
        // What a new segment's header testifies: everything before its first LSN is durable.
        segments.flush();
        sync();
        segments.enter(pending.segment());
      }
      byte[] frame = pending.frame().bytes();
      long start = pending.frame().startLsn().value();
      segments.put(pending.offset(), frame, start, queue.durableLsn());
      unsynced.add(pending);
      frameBytes += frame.length;
    }
    segments.flush();
    inHand = List.of();
    appends.add(frames.size());
    bytes.add(frameBytes);
    for (PendingFrame pending : frames) {
      if (pending.durability() == Durability.MEMORY) {
        pending.future().complete(pending.frame().endLsn());
      }
    }
  }

  /// Makes everything written durable, and says so.
  private void sync() throws IOException {
    if (unsynced.isEmpty()) {
      return;
    }
    segments.force();
    queue.becameDurable(unsynced.getLast().frame().endLsn().value());
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

  /// Leaves testimony that the last frame is durable.
  private void mark() throws IOException {
    Optional<AppendQueue.Place> place = queue.reserveMark();
    if (place.isPresent()) {
      long durable = queue.durableLsn();
      segments.put(place.get().offset(), NO_FRAME, durable, durable);
      segments.flush();
      segments.force();
    }
  }

  private void stop(Exception cause) {
    stopped = true;
    TidemarkException reason =
        cause instanceof IOException io && DiskSpace.isFull(io)
            ? new Exhausted(
                "redo log segment " + segments.path() + ": closed while the disk was full", cause)
            : new Corrupt(
                "redo log segment %s: write or sync failed behind lsn %d, the log has stopped: %s"
                    .formatted(segments.path(), queue.durableLsn(), cause),
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
