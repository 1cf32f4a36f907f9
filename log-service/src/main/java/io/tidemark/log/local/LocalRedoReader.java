package io.tidemark.log.local;

import io.tidemark.log.FrameWindow;
import io.tidemark.log.RedoReader;
import io.tidemark.log.local.Disk.DiskFile;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A reader of a local redo log: from the window of recent frames where it reaches back far enough,
/// else from the segment files. Confined to one thread, but for [#close].
final class LocalRedoReader implements RedoReader {
  private final LocalRedoLog log;
  private final FrameWindow window;
  private final ArrayDeque<Frame> ready = new ArrayDeque<>();

  private long position;
  private @Nullable OpenSegment open;
  private volatile boolean closed;

  /// A segment being read, through a file handle of the reader's own: an interrupt closes it.
  private record OpenSegment(Segment segment, DiskFile file, SegmentCursor cursor) {}

  LocalRedoReader(LocalRedoLog log, FrameWindow window, long position) {
    this.log = log;
    this.window = window;
    this.position = position;
  }

  @Override
  public Optional<Frame> next(Duration timeout) {
    try {
      if (ready.isEmpty()) {
        FrameWindow.Outcome outcome =
            window.read(position, ready, timeout.toNanos(), this::isClosed);
        if (outcome == FrameWindow.Outcome.NOTHING) {
          leaveSegment();
          return Optional.empty();
        }
        if (outcome == FrameWindow.Outcome.OLDER) {
          return Optional.of(advance(readFile()));
        }
        leaveSegment();
      }
      return Optional.of(advance(ready.remove()));
    } catch (InterruptedException | ClosedByInterruptException e) {
      Thread.currentThread().interrupt();
      leaveSegment();
      return Optional.empty();
    } catch (IOException e) {
      leaveSegment();
      throw new Corrupt("redo log: read at lsn " + position + " failed: " + e.getMessage(), e);
    }
  }

  @Override
  public Lsn position() {
    return Lsn.of(position);
  }

  @Override
  public void close() {
    closed = true;
    window.wake();
  }

  private boolean isClosed() {
    return closed || log.isClosed();
  }

  private Frame advance(Frame frame) {
    position = frame.endLsn().value();
    return frame;
  }

  private Frame readFile() throws IOException {
    while (true) {
      OpenSegment at = enterSegment();
      Optional<Frame> frame = at.cursor().next();
      if (frame.isEmpty()) {
        long offset = at.cursor().offset();
        String problem = at.cursor().problem();
        leaveSegment();
        log.checkReadable(position);
        throw new Corrupt(
            "redo log segment %s: offset %d: damaged at lsn %d: %s"
                .formatted(log.pathOf(at.segment().name()), offset, at.cursor().lsn(), problem));
      }
      if (frame.get().endLsn().value() > position) {
        return frame.get();
      }
    }
  }

  /// The segment that holds the byte behind the position.
  private OpenSegment enterSegment() throws IOException {
    Segment wanted = log.segmentOf(position);
    if (open != null && open.segment().sequence() == wanted.sequence()) {
      return open;
    }
    leaveSegment();
    try {
      DiskFile file = log.openFile(wanted.name());
      open =
          new OpenSegment(
              wanted, file, new SegmentCursor(file, wanted.header(), wanted.sizeBytes()));
      return open;
    } catch (NoSuchFileException e) {
      log.checkReadable(position);
      throw e;
    }
  }

  private void leaveSegment() {
    if (open == null) {
      return;
    }
    try {
      open.file().close();
    } catch (IOException e) {
      throw new Corrupt("redo log: closing " + open.segment().name() + " failed", e);
    } finally {
      open = null;
    }
  }
}
