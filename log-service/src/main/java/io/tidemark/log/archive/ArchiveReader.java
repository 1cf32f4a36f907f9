package io.tidemark.log.archive;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.archive.ArchiveSegment;
import io.tidemark.storage.redo.Frame;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A position in archived redo. Keeps one segment and the frames of one block. Confined to one
/// thread.
public final class ArchiveReader {
  private final RedoArchive archive;
  private final ArrayDeque<Frame> ready = new ArrayDeque<>();
  private Lsn position;
  private @Nullable ArchiveSegment segment;
  private int nextBlock;

  /// Begins with the frame that holds the byte behind `from`.
  public ArchiveReader(RedoArchive archive, Lsn from) {
    this.archive = archive;
    this.position = from;
  }

  /// The next frame; empty at the end of the archive, which may be another later.
  ///
  /// @throws io.tidemark.storage.error.Corrupt if an object is damaged, naming it
  public Optional<Frame> next() {
    while (true) {
      Frame frame = ready.poll();
      if (frame == null) {
        if (!readBlock()) {
          return Optional.empty();
        }
      } else if (frame.endLsn().isAfter(position)) {
        position = frame.endLsn();
        return Optional.of(frame);
      }
    }
  }

  /// End LSN of the last frame returned, or where the reader began.
  public Lsn position() {
    return position;
  }

  /// Whether what follows is in a segment that is not here yet.
  boolean isBetweenSegments() {
    return ready.isEmpty() && (segment == null || !segment.head().end().isAfter(position));
  }

  private boolean readBlock() {
    ArchiveSegment current = segment;
    if (current == null || nextBlock == current.head().blocks().size()) {
      Optional<ArchiveSegment> found = archive.findHolding(position);
      if (found.isEmpty()) {
        return false;
      }
      current = found.get();
      segment = current;
      nextBlock = current.blockOf(position);
    }
    ready.addAll(current.frames(nextBlock));
    nextBlock++;
    return true;
  }
}
