package io.tidemark.log.memory;

import io.tidemark.log.AppendOrder;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A redo log that keeps its frames in a list.
///
/// Appended frames count as durable at once, unless [#holdDurability] keeps them waiting as a slow
/// disk would. [#cut] gives the log that a crash at some LSN would have left: the
/// crash-at-every-append tests run a workload once, then open an engine on `cut(end)` for each of
/// [#frameEnds].
///
/// Safe for use by any number of threads; a reader is confined to one.
public final class MemoryRedoLog implements RedoLog {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Guarded by lock.
  private final ArrayList<Frame> frames;
  private final ArrayList<Waiting> waiting = new ArrayList<>();
  private final AppendOrder order;
  private Lsn start;
  private Lsn durable;
  private boolean holding;
  private boolean closed;

  /// A frame whose durability somebody waits for.
  private record Waiting(Lsn end, CompletableFuture<Lsn> future) {}

  private MemoryRedoLog(List<Frame> frames, Lsn start, Epoch epoch) {
    this.frames = new ArrayList<>(frames);
    this.start = start;
    Lsn end = frames.isEmpty() ? start : frames.getLast().endLsn();
    boolean epochAppended = !frames.isEmpty() && frames.getLast().epoch().equals(epoch);
    this.order = new AppendOrder(epoch, epochAppended, end);
    this.durable = end;
  }

  /// An empty log.
  public static MemoryRedoLog create() {
    return startingAt(Lsn.ZERO);
  }

  /// An empty log whose first frame starts at `start`.
  public static MemoryRedoLog startingAt(Lsn start) {
    return new MemoryRedoLog(List.of(), start, new Epoch(0));
  }

  /// A log of its own with the frames of this one that end at or below `lsn`: what a crash could
  /// have left. Both go on independently.
  public MemoryRedoLog cut(Lsn lsn) {
    lock.lock();
    try {
      int count = 0;
      while (count < frames.size() && !frames.get(count).endLsn().isAfter(lsn)) {
        count++;
      }
      return new MemoryRedoLog(frames.subList(0, count), start, order.epoch());
    } finally {
      lock.unlock();
    }
  }

  /// The frames that are there, durable or not.
  public List<Frame> frames() {
    lock.lock();
    try {
      return List.copyOf(frames);
    } finally {
      lock.unlock();
    }
  }

  /// The frames behind the first `count`, for a reader that has seen those.
  public List<Frame> framesBehind(int count) {
    lock.lock();
    try {
      return List.copyOf(frames.subList(count, frames.size()));
    } finally {
      lock.unlock();
    }
  }

  /// Where the log can be cut: the end of each frame.
  public List<Lsn> frameEnds() {
    return frames().stream().map(Frame::endLsn).toList();
  }

  /// From here on appended frames wait for [#releaseDurability] before they are durable.
  public void holdDurability() {
    lock.lock();
    try {
      holding = true;
    } finally {
      lock.unlock();
    }
  }

  /// Makes everything durable, and from here on each frame at once.
  public void releaseDurability() {
    List<Waiting> done;
    lock.lock();
    try {
      holding = false;
      done = becomeDurable();
    } finally {
      lock.unlock();
    }
    complete(done);
  }

  @Override
  public Lsn fence(Epoch epoch) {
    List<Waiting> done;
    Lsn end;
    lock.lock();
    try {
      checkOpen();
      order.claim(epoch);
      done = becomeDurable();
      end = order.end();
    } finally {
      lock.unlock();
    }
    complete(done);
    return end;
  }

  @Override
  public Epoch currentEpoch() {
    lock.lock();
    try {
      return order.epoch();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    CompletableFuture<Lsn> future = new CompletableFuture<>();
    List<Waiting> done = List.of();
    lock.lock();
    try {
      checkOpen();
      Optional<RuntimeException> refusal = order.refusal(frame);
      if (refusal.isPresent()) {
        return CompletableFuture.failedFuture(refusal.get());
      }
      order.accept(frame);
      frames.add(frame);
      waiting.add(new Waiting(frame.endLsn(), future));
      if (!holding) {
        done = becomeDurable();
      }
    } finally {
      lock.unlock();
    }
    complete(done);
    if (durability != Durability.DISK) {
      future.complete(frame.endLsn());
    }
    return future;
  }

  @Override
  public Lsn startLsn() {
    lock.lock();
    try {
      return start;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Lsn durableLsn() {
    lock.lock();
    try {
      return durable;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RedoReader openReader(Lsn from) {
    lock.lock();
    try {
      checkOpen();
      checkReadable(from);
      if (from.isAfter(order.end())) {
        throw new Corrupt("redo log: lsn " + from + " is behind the end " + order.end());
      }
      return new Reader(from);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void trim(Lsn lsn) {
    lock.lock();
    try {
      int count = 0;
      while (count < frames.size()
          && !frames.get(count).endLsn().isAfter(lsn)
          && !frames.get(count).endLsn().isAfter(durable)) {
        start = frames.get(count).endLsn();
        count++;
      }
      frames.subList(0, count).clear();
    } finally {
      lock.unlock();
    }
  }

  /// Fails what still waits: the process that wrote it is gone.
  @Override
  public void close() {
    List<Waiting> abandoned;
    lock.lock();
    try {
      closed = true;
      abandoned = List.copyOf(waiting);
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (Waiting one : abandoned) {
      one.future().completeExceptionally(new Fenced("redo log: closed"));
    }
  }

  private List<Waiting> becomeDurable() {
    durable = order.end();
    List<Waiting> done = List.copyOf(waiting);
    waiting.clear();
    changed.signalAll();
    return done;
  }

  private static void complete(List<Waiting> done) {
    for (Waiting one : done) {
      one.future().complete(one.end());
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("redo log is closed");
    }
  }

  private void checkReadable(Lsn from) {
    if (from.isBefore(start)) {
      throw new Corrupt("redo log: lsn " + from + " was trimmed away, the log starts at " + start);
    }
  }

  /// Index of the frame that holds the byte behind `lsn`; the number of frames if none does.
  private int indexOf(Lsn lsn) {
    int low = 0;
    int high = frames.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (frames.get(middle).endLsn().isAfter(lsn)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private final class Reader implements RedoReader {
    private Lsn position;
    private boolean readerClosed;

    Reader(Lsn position) {
      this.position = position;
    }

    @Override
    public Optional<Frame> next(Duration timeout) {
      lock.lock();
      try {
        long nanos = timeout.toNanos();
        while (!readerClosed && !closed) {
          checkReadable(position);
          int index = indexOf(position);
          if (index < frames.size() && !frames.get(index).endLsn().isAfter(durable)) {
            Frame frame = frames.get(index);
            position = frame.endLsn();
            return Optional.of(frame);
          }
          if (nanos <= 0) {
            return Optional.empty();
          }
          nanos = changed.awaitNanos(nanos);
        }
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public Lsn position() {
      lock.lock();
      try {
        return position;
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        readerClosed = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
