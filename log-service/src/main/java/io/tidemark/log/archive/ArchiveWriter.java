package io.tidemark.log.archive;

import io.tidemark.log.RedoReader;
import io.tidemark.log.RedoSource;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveHead;
import io.tidemark.storage.archive.ArchiveSegmentBuilder;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Moves redo from a log to the end of its archive, in steps that may fail and be made again.
///
/// What it knows of the archive it has read there, so it may be thrown away at any point and begun
/// anew. [Archiver] is the thread around it. Confined to one thread, but for [#archivedLsn] and
/// [#close].
public final class ArchiveWriter implements AutoCloseable {
  private final ArchiverConfig config;
  private final RedoSource log;
  private final RedoArchive archive;
  private final LongSupplier nanoTime;

  private @Nullable Position position;
  private byte @Nullable [] finished;
  private volatile long archivedLsn;
  private volatile @Nullable RedoReader reading;

  /// The segment in the making, and the reader that has given its frames.
  private static final class Position {
    final RedoReader reader;
    ArchiveSegmentBuilder segment;
    long sinceNanos;

    Position(RedoReader reader, ArchiveSegmentBuilder segment) {
      this.reader = reader;
      this.segment = segment;
    }
  }

  /// Nothing is read or written before the first [#step].
  public ArchiveWriter(
      ArchiverConfig config, RedoSource log, RedoArchive archive, LongSupplier nanoTime) {
    this.config = config;
    this.log = log;
    this.archive = archive;
    this.nanoTime = nanoTime;
  }

  /// Up to where redo is known to be archived; 0 before the archive was read.
  public Lsn archivedLsn() {
    return Lsn.of(archivedLsn);
  }

  /// Takes redo from the log, waiting up to `timeout` for it, until a segment is full or old, and
  /// archives that. True if the archive has grown.
  ///
  /// @throws RetryLater or [io.tidemark.storage.error.Exhausted] if log or store cannot now;
  ///   nothing is lost, the next step goes on
  /// @throws Corrupt if the log has lost redo that is not archived, or is damaged
  public boolean step(Duration timeout) {
    Position current = position == null ? resume() : position;
    position = current;
    if (finished == null) {
      try {
        if (!fill(current, timeout)) {
          return false;
        }
      } catch (Corrupt e) {
        return skipTrimmed(current, e);
      }
      finished = current.segment.finish();
    }
    put(current, finished);
    return true;
  }

  /// Finds the end of the archive.
  private Position resume() {
    Lsn logStart = log.startLsn();
    Lsn known = archivedLsn();
    Optional<ArchiveHead> last = archive.findLast(known.isAfter(logStart) ? known : logStart);
    Lsn end = last.map(ArchiveHead::end).orElse(logStart);
    if (end.isBefore(logStart)) {
      throw new Corrupt(
          "redo archive: ends at lsn %s, the log begins at lsn %s: what is between is lost"
              .formatted(end, logStart));
    }
    if (end.isAfter(log.durableLsn())) {
      throw new RetryLater("redo archive: the log is not known to be durable up to lsn " + end);
    }
    archivedLsn = last.isPresent() ? end.value() : archivedLsn;
    RedoReader reader = log.openReader(end);
    reading = reader;
    return new Position(
        reader, new ArchiveSegmentBuilder(end, last.map(ArchiveHead::time).orElse(0L)));
  }

  /// Whether the segment is to be archived now.
  private boolean fill(Position current, Duration timeout) {
    Duration wait = timeout;
    while (current.segment.frameBytes() < config.segmentBytes()) {
      Optional<Frame> frame = current.reader.next(wait);
      if (frame.isEmpty()) {
        return isOld(current);
      }
      if (current.segment.isEmpty()) {
        current.sinceNanos = nanoTime.getAsLong();
      }
      try {
        current.segment.add(frame.get());
      } catch (IllegalArgumentException e) {
        throw new Corrupt("redo archive: " + e.getMessage(), e);
      }
      wait = Duration.ZERO;
    }
    return true;
  }

  private boolean isOld(Position current) {
    return !current.segment.isEmpty()
        && nanoTime.getAsLong() - current.sinceNanos >= config.segmentAge().toNanos();
  }

  /// The log may have been trimmed in front of us because another archiver was faster.
  private boolean skipTrimmed(Position current, Corrupt reason) {
    if (!log.startLsn().isAfter(current.segment.end())) {
      throw reason;
    }
    forgetPosition();
    return false;
  }

  private void put(Position current, byte[] segment) {
    Lsn start = current.segment.start();
    Lsn end = current.segment.end();
    if (!archive.add(start, segment)) {
      ArchiveHead other =
          archive
              .findHead(start)
              .orElseThrow(() -> new RetryLater(archive.key(start) + ": neither put nor there"));
      if (!other.end().equals(end)) {
        archivedLsn = other.end().value();
        forgetPosition();
        return;
      }
    }
    archivedLsn = end.value();
    finished = null;
    current.segment = new ArchiveSegmentBuilder(end, current.segment.time());
  }

  private void forgetPosition() {
    finished = null;
    if (position != null) {
      position.reader.close();
      position = null;
    }
  }

  /// Ends a wait for redo; may be called by any thread.
  @Override
  public void close() {
    RedoReader reader = reading;
    if (reader != null) {
      reader.close();
    }
  }
}
