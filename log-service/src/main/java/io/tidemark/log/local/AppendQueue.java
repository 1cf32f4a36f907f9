package io.tidemark.log.local;

import io.tidemark.log.AppendOrder;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Accepted frames on their way to the [LogWriter], each with its place in a segment file.
///
/// A frame is accepted only when its place exists, so an accepted frame cannot meet a full disk,
/// and a refused one has left no trace. Guarded by one lock; [#append] by one thread at a time.
final class AppendQueue {
  private static final long ROOM_SECONDS = 30;
  private static final long FENCE_SECONDS = 60;

  private final SegmentSupply supply;
  private final Consumer<Segment> started;
  private final long maxPendingBytes;
  private final LongSupplier salts;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition progress = lock.newCondition();

  // Guarded by lock.
  private final AppendOrder order;
  private ArrayList<PendingFrame> pending = new ArrayList<>();
  private long pendingBytes;
  private @Nullable Segment segment;
  private long offset;

  /// Bytes of the current segment that no frame has.
  private volatile long roomBytes = Long.MAX_VALUE;

  private boolean marked = true;
  private long syncTarget;
  private boolean closing;
  private @Nullable TidemarkException stalled;
  private @Nullable TidemarkException broken;

  // Written under lock.
  private volatile long durableLsn;

  /// Where the recovered log goes on: segment and offset of the next entry.
  record Place(@Nullable Segment segment, long offset) {}

  AppendQueue(
      AppendOrder order,
      Place place,
      SegmentSupply supply,
      Consumer<Segment> started,
      long maxPendingBytes,
      LongSupplier salts) {
    this.order = order;
    this.segment = place.segment();
    this.offset = place.offset();
    if (place.segment() != null) {
      this.roomBytes = place.segment().sizeBytes() - place.offset();
    }
    this.supply = supply;
    this.started = started;
    this.maxPendingBytes = maxPendingBytes;
    this.salts = salts;
    this.durableLsn = order.end().value();
    this.syncTarget = durableLsn;
  }

  long durableLsn() {
    return durableLsn;
  }

  Epoch epoch() {
    lock.lock();
    try {
      return order.epoch();
    } finally {
      lock.unlock();
    }
  }

  long endLsn() {
    lock.lock();
    try {
      return order.end().value();
    } finally {
      lock.unlock();
    }
  }

  /// Accepts or refuses a frame; the caller sees to it that the writer learns of it.
  CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    long entryBytes = LogEntry.sizeOf(frame.bytes().length);
    try {
      Optional<CompletableFuture<Lsn>> accepted = tryAppend(frame, durability, entryBytes, null);
      if (accepted.isPresent()) {
        return accepted.get();
      }
      SegmentSupply.Prepared next = supply.take(SegmentHeader.BLOCK_BYTES + entryBytes);
      return tryAppend(frame, durability, entryBytes, next).orElseThrow();
    } catch (TidemarkException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /// Accepts or refuses the frame; empty if a new segment is needed for it first.
  private Optional<CompletableFuture<Lsn>> tryAppend(
      Frame frame, Durability durability, long entryBytes, SegmentSupply.@Nullable Prepared next) {
    lock.lock();
    try {
      if (next != null) {
        startSegment(next);
      }
      awaitRoom();
      Optional<RuntimeException> refusal = refusal(frame);
      if (refusal.isPresent()) {
        return Optional.of(CompletableFuture.failedFuture(refusal.get()));
      }
      if (segment == null || !segment.fits(offset, entryBytes)) {
        return Optional.empty();
      }
      CompletableFuture<Lsn> future = new CompletableFuture<>();
      pending.add(new PendingFrame(frame, durability, segment, offset, future));
      pendingBytes += entryBytes;
      offset += entryBytes;
      roomBytes = segment.sizeBytes() - offset;
      marked = false;
      order.accept(frame);
      if (durability == Durability.DISK) {
        syncTarget = frame.endLsn().value();
      } else if (durability == Durability.LAZY) {
        future.complete(frame.endLsn());
      }
      return Optional.of(future);
    } finally {
      lock.unlock();
    }
  }

  /// The files in the directory are named in sequence, so a prepared one is used even if its frame
  /// is refused meanwhile.
  private void startSegment(SegmentSupply.Prepared next) {
    SegmentHeader header =
        new SegmentHeader(
            next.sequence(), salts.getAsLong(), order.end().value(), order.epoch().value());
    segment = new Segment(Segment.nameOf(next.sequence()), next.file(), next.sizeBytes(), header);
    offset = SegmentHeader.BLOCK_BYTES;
    started.accept(segment);
  }

  private Optional<RuntimeException> refusal(Frame frame) {
    if (broken != null) {
      return Optional.of(broken);
    }
    if (closing) {
      return Optional.of(new RetryLater("redo log: closed"));
    }
    Optional<RuntimeException> refusal = order.refusal(frame);
    if (refusal.isEmpty() && stalled != null) {
      return Optional.of(stalled);
    }
    return refusal;
  }

  private void awaitRoom() {
    long nanos = TimeUnit.SECONDS.toNanos(ROOM_SECONDS);
    try {
      while (pendingBytes > maxPendingBytes && broken == null && stalled == null && !closing) {
        if (nanos <= 0) {
          throw new Exhausted("redo log: " + pendingBytes + " bytes wait for the disk");
        }
        nanos = progress.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Exhausted("redo log: interrupted while waiting for the disk", e);
    }
  }

  /// Shuts out all lower epochs, then waits until what was accepted is durable; returns its end.
  Lsn fence(Epoch epoch) {
    lock.lock();
    try {
      order.raises(epoch);
      order.claim(epoch);
      long end = order.end().value();
      syncTarget = end;
      work.signal();
      long nanos = TimeUnit.SECONDS.toNanos(FENCE_SECONDS);
      while (durableLsn < end) {
        if (broken != null) {
          throw broken;
        }
        if (closing || nanos <= 0) {
          throw new RetryLater("redo log: not durable up to lsn " + end + " yet");
        }
        nanos = progress.awaitNanos(nanos);
      }
      return Lsn.of(end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RetryLater("redo log: interrupted while fencing", e);
    } finally {
      lock.unlock();
    }
  }

  /// Bytes that the current segment has left; [Long#MAX_VALUE] before the first append.
  long roomBytes() {
    return roomBytes;
  }

  /// What the writer has to do next.
  ///
  /// @param frames to write, in order
  /// @param sync whether they, or earlier ones, have to be made durable now
  /// @param closing whether nothing follows
  record Work(List<PendingFrame> frames, boolean sync, boolean closing) {}

  /// Waits for work, at most `nanos`; false if there is none.
  boolean await(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (pending.isEmpty() && syncTarget <= durableLsn && !closing) {
        if (left <= 0) {
          return false;
        }
        try {
          left = work.awaitNanos(left);
        } catch (InterruptedException e) {
          // Nobody interrupts the writer on purpose; it ends when the queue is closed.
          continue;
        }
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Wakes the writer for what was appended.
  void signal() {
    lock.lock();
    try {
      work.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Takes all there is to do.
  Work take() {
    lock.lock();
    try {
      // Never the live list: an appender would go on adding to what the writer holds.
      List<PendingFrame> frames = List.of();
      if (!pending.isEmpty()) {
        frames = pending;
        pending = new ArrayList<>(frames.size() + 8);
        pendingBytes = 0;
        progress.signalAll();
      }
      return new Work(frames, syncTarget > durableLsn, closing);
    } finally {
      lock.unlock();
    }
  }

  /// A place for a mark behind the last frame; empty if there is one, or more frames have come, or
  /// the segment has no room.
  Optional<Place> reserveMark() {
    lock.lock();
    try {
      if (marked
          || !pending.isEmpty()
          || segment == null
          || !segment.fits(offset, LogEntry.HEADER_BYTES)) {
        return Optional.empty();
      }
      marked = true;
      Place place = new Place(segment, offset);
      offset += LogEntry.HEADER_BYTES;
      return Optional.of(place);
    } finally {
      lock.unlock();
    }
  }

  void becameDurable(long lsn) {
    lock.lock();
    try {
      durableLsn = lsn;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Refuses appends with `reason` until it is null again.
  void stall(@Nullable TidemarkException reason) {
    lock.lock();
    try {
      stalled = reason;
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Stops the log for good. Returns the frames that were not taken yet.
  List<PendingFrame> fail(TidemarkException reason) {
    lock.lock();
    try {
      broken = reason;
      progress.signalAll();
      List<PendingFrame> abandoned = pending;
      pending = new ArrayList<>();
      return abandoned;
    } finally {
      lock.unlock();
    }
  }

  /// Accepts nothing more; the writer finishes what is there.
  void close() {
    lock.lock();
    try {
      closing = true;
      syncTarget = order.end().value();
      work.signal();
      progress.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isClosing() {
    lock.lock();
    try {
      return closing;
    } finally {
      lock.unlock();
    }
  }
}
