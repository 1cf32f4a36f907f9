package io.tidemark.log.archive;

import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A reader that is either in the log or, below the log's start, in the archive. Confined to one
/// thread, but for [#close].
final class ArchivedRedoReader implements RedoReader {
  private static final long LOOK_NANOS = Duration.ofMillis(20).toNanos();

  private final RedoSource log;
  private final RedoArchive archive;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();

  // One of the two is there; written under lock, for close().
  private @Nullable RedoReader inLog;
  private @Nullable ArchiveReader inArchive;
  private volatile boolean closed;

  private ArchivedRedoReader(
      RedoSource log,
      RedoArchive archive,
      @Nullable RedoReader inLog,
      @Nullable ArchiveReader inArchive) {
    this.log = log;
    this.archive = archive;
    this.inLog = inLog;
    this.inArchive = inArchive;
  }

  static ArchivedRedoReader open(RedoSource log, RedoArchive archive, Lsn from) {
    Optional<RedoReader> reader = tryLog(log, from);
    if (reader.isPresent()) {
      return new ArchivedRedoReader(log, archive, reader.get(), null);
    }
    Lsn logStart = log.startLsn();
    if (!archive.holds(from)) {
      throw missing(archive, from, logStart);
    }
    return new ArchivedRedoReader(log, archive, null, new ArchiveReader(archive, from));
  }

  /// A reader of the log; empty if `from` is trimmed away there.
  private static Optional<RedoReader> tryLog(RedoSource log, Lsn from) {
    if (from.isBefore(log.startLsn())) {
      return Optional.empty();
    }
    try {
      return Optional.of(log.openReader(from));
    } catch (Corrupt e) {
      if (from.isBefore(log.startLsn())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Corrupt missing(RedoArchive archive, Lsn at, Lsn logStart) {
    return new Corrupt(
        "redo at lsn %s was trimmed away: the log starts at %s, no archived segment up to %s holds it"
            .formatted(at, logStart, archive.key(at)));
  }

  @Override
  public Optional<Frame> next(Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (!closed) {
      RedoReader current = inLog;
      if (current != null) {
        try {
          return current.next(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        } catch (Corrupt e) {
          if (!current.position().isBefore(log.startLsn())) {
            throw e;
          }
          leaveLog(current);
        }
      }
      ArchiveReader archived = inArchive;
      if (archived != null) {
        Optional<Frame> frame = readArchive(archived);
        if (frame.isPresent()) {
          return frame;
        }
        if (inArchive != null && !await(end - System.nanoTime())) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }

  /// The next archived frame; empty if the reader has gone over to the log, or neither has it yet.
  private Optional<Frame> readArchive(ArchiveReader archived) {
    if (!archived.isBetweenSegments()) {
      return archived.next();
    }
    // The log's start first: what it has given up by then is archived.
    Lsn logStart = log.startLsn();
    if (logStart.isAfter(archived.position())) {
      Optional<Frame> frame = archived.next();
      if (frame.isEmpty()) {
        throw missing(archive, archived.position(), logStart);
      }
      return frame;
    }
    if (archived.position().isAfter(log.durableLsn())) {
      // The archiver has heard of it first.
      return archived.next();
    }
    Optional<RedoReader> reader = tryLog(log, archived.position());
    if (reader.isEmpty()) {
      // Trimmed in this moment.
      return readArchive(archived);
    }
    enterLog(reader.get());
    return Optional.empty();
  }

  private void leaveLog(RedoReader reader) {
    lock.lock();
    try {
      inLog = null;
      inArchive = new ArchiveReader(archive, reader.position());
    } finally {
      lock.unlock();
    }
    reader.close();
  }

  private void enterLog(RedoReader reader) {
    lock.lock();
    try {
      inLog = reader;
      inArchive = null;
      if (closed) {
        reader.close();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits before it looks again; false if there is no time left.
  private boolean await(long nanos) {
    if (nanos <= 0) {
      return false;
    }
    lock.lock();
    try {
      long left = Math.min(nanos, LOOK_NANOS);
      while (!closed && left > 0) {
        left = closing.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Lsn position() {
    RedoReader reader = inLog;
    ArchiveReader archived = inArchive;
    if (reader != null) {
      return reader.position();
    }
    return archived == null ? Lsn.ZERO : archived.position();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      if (inLog != null) {
        inLog.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
