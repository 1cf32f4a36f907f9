package io.tidemark.pageserver;

import io.tidemark.log.Durability;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A redo log in memory, durable as long as the object lives. Guarded by one lock.
final class MemoryRedoLog implements RedoLog {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition appended = lock.newCondition();
  private final List<Frame> frames = new ArrayList<>();
  private Lsn start = Lsn.ZERO;
  private Lsn end = Lsn.ZERO;

  @Override
  public Lsn fence(Epoch epoch) {
    return durableLsn();
  }

  @Override
  public Epoch currentEpoch() {
    return new Epoch(1);
  }

  @Override
  public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    lock.lock();
    try {
      if (!frame.startLsn().equals(end)) {
        throw new IllegalArgumentException("append of " + frame + " behind " + end);
      }
      frames.add(frame);
      end = frame.endLsn();
      appended.signalAll();
      return CompletableFuture.completedFuture(end);
    } finally {
      lock.unlock();
    }
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
      return end;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public RedoReader openReader(Lsn from) {
    lock.lock();
    try {
      if (from.isBefore(start) || from.isAfter(end)) {
        throw new Corrupt("log " + start + ".." + end + ": no lsn " + from);
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
      while (!frames.isEmpty() && !frames.getFirst().endLsn().isAfter(lsn)) {
        start = frames.removeFirst().endLsn();
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {}

  private final class Reader implements RedoReader {
    private Lsn position;
    private boolean closed;

    Reader(Lsn from) {
      position = from;
    }

    @Override
    public Optional<Frame> next(Duration timeout) {
      lock.lock();
      try {
        long left = timeout.toNanos();
        while (!closed && !position.isBefore(end)) {
          if (left <= 0) {
            return Optional.empty();
          }
          left = appended.awaitNanos(left);
        }
        if (closed) {
          return Optional.empty();
        }
        Frame frame = find();
        position = frame.endLsn();
        return Optional.of(frame);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      } finally {
        lock.unlock();
      }
    }

    private Frame find() {
      int low = 0;
      int high = frames.size() - 1;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (frames.get(middle).endLsn().isAfter(position)) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      Frame frame = frames.get(low);
      if (frame.startLsn().isAfter(position)) {
        throw new Corrupt("log: lsn " + position + " was trimmed");
      }
      return frame;
    }

    @Override
    public Lsn position() {
      return position;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        closed = true;
        appended.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
