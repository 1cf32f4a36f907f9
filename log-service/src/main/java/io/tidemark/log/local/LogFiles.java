package io.tidemark.log.local;

import io.tidemark.log.LogVerifier;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The files of a local redo log, read in order without opening the log and without changing
/// anything: what printing and verifying use. Reading while a server writes is harmless; the end is
/// then wherever it happens to be. Confined to one thread.
public final class LogFiles implements AutoCloseable {
  private final Disk disk;
  private final List<Segment> segments;
  private int index;
  private @Nullable SegmentCursor cursor;
  private String end = "";

  private LogFiles(Disk disk, List<Segment> segments) {
    this.disk = disk;
    this.segments = segments;
  }

  /// Opens the files at the frame that holds the byte behind `from`; at the first if that is older.
  ///
  /// @throws Corrupt if there is no redo log in the directory
  public static LogFiles open(Path directory, Lsn from) {
    try {
      return open(existing(directory), from);
    } catch (IOException e) {
      throw failed(directory.toString(), e);
    }
  }

  private static LogFiles open(Disk disk, Lsn from) throws IOException {
    List<Segment> segments = SegmentDirectory.list(disk).segments();
    try {
      LogFiles files = new LogFiles(disk, segments);
      files.skipTo(from.value());
      return files;
    } catch (RuntimeException e) {
      SegmentDirectory.close(segments);
      throw e;
    }
  }

  /// Verifies a log that no server has open: every frame, and that nothing behind the last says
  /// that there was more.
  ///
  /// @throws RetryLater if a server has it open
  public static LogVerifier.Report verify(Path directory) {
    try {
      Disk disk = existing(directory);
      LogVerifier verifier = new LogVerifier();
      Lsn start = Lsn.ZERO;
      try (Closeable _ = disk.lock(LocalRedoLog.LOCK);
          LogFiles files = open(disk, Lsn.ZERO)) {
        start = files.startLsn();
        EpochFile epoch = EpochFile.read(disk);
        Optional<Frame> frame = files.next();
        while (frame.isPresent()) {
          verifier.accept(frame.get());
          frame = files.next();
        }
        files.checkTail(epoch, verifier);
      } catch (Corrupt e) {
        verifier.add(String.valueOf(e.getMessage()));
      }
      return verifier.report(start);
    } catch (IOException e) {
      throw failed(directory.toString(), e);
    }
  }

  /// Start LSN of the oldest frame.
  public Lsn startLsn() {
    return segments.isEmpty() ? Lsn.ZERO : Lsn.of(segments.getFirst().firstLsn());
  }

  /// The next frame; empty at the end, see [#end].
  ///
  /// @throws Corrupt with file, offset and LSN of a damaged frame
  public Optional<Frame> next() {
    SegmentCursor at = cursor;
    if (at == null) {
      return Optional.empty();
    }
    try {
      Optional<Frame> frame = at.next();
      while (frame.isEmpty() && index + 1 < segments.size()) {
        if (at.lsn() != segments.get(index + 1).firstLsn()) {
          throw new Corrupt(place(at) + ": damaged: " + at.problem());
        }
        at = cursorAt(++index);
        cursor = at;
        frame = at.next();
      }
      end = frame.isPresent() ? "" : place(at) + ": " + at.problem();
      return frame;
    } catch (IOException e) {
      throw failed(place(at), e);
    }
  }

  /// Where and why [#next] came to an end.
  public String end() {
    return end;
  }

  @Override
  public void close() {
    try {
      SegmentDirectory.close(segments);
    } catch (IOException e) {
      throw failed(disk.pathOf(""), e);
    }
  }

  private void skipTo(long from) {
    while (index + 1 < segments.size() && segments.get(index + 1).firstLsn() <= from) {
      index++;
    }
    if (!segments.isEmpty()) {
      cursor = cursorAt(index);
    }
  }

  private void checkTail(EpochFile epoch, LogVerifier verifier) throws IOException {
    SegmentCursor tail = cursor;
    if (tail == null) {
      return;
    }
    TailRecovery.checkNoTestimony(disk, segments.getLast(), tail);
    if (tail.lsn() < epoch.claimedAt().value()) {
      verifier.add(
          "log ends at lsn %d, but epoch %s claimed it at lsn %s"
              .formatted(tail.lsn(), epoch.epoch(), epoch.claimedAt()));
    }
    if (tail.epoch() > epoch.epoch().value()) {
      verifier.add(
          "log holds frames of epoch %d, the epoch file says %s"
              .formatted(tail.epoch(), epoch.epoch()));
    }
  }

  private String place(SegmentCursor at) {
    return "redo log segment %s: offset %d lsn %d"
        .formatted(disk.pathOf(segments.get(index).name()), at.offset(), at.lsn());
  }

  private SegmentCursor cursorAt(int at) {
    Segment segment = segments.get(at);
    return new SegmentCursor(segment.file(), segment.header(), segment.sizeBytes());
  }

  private static Disk existing(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(EpochFile.NAME))) {
      throw new Corrupt("redo log directory " + directory + ": expected an epoch file, found none");
    }
    return LocalDisk.open(directory);
  }

  private static RetryLater failed(String what, IOException e) {
    return new RetryLater("redo log " + what + ": cannot be read: " + e, e);
  }
}
