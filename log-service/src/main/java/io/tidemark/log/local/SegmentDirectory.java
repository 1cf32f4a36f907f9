package io.tidemark.log.local;

import io.tidemark.log.local.Disk.DiskFile;
import io.tidemark.storage.error.Corrupt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What lies in a log's directory: the started segments in order, and files that wait to become
/// one. Immutable; whoever lists it owns the open files.
///
/// @param segments started segments, contiguous in sequence, first LSNs never falling
/// @param waiting sequences of files that are not started, in order
/// @param recycled names of files that wait for another life
record SegmentDirectory(List<Segment> segments, List<Long> waiting, List<String> recycled) {
  static SegmentDirectory list(Disk disk) throws IOException {
    TreeMap<Long, String> files = new TreeMap<>();
    List<String> recycled = new ArrayList<>();
    for (String name : disk.list()) {
      Segment.sequenceOf(name).ifPresent(sequence -> files.put(sequence, name));
      if (name.startsWith(SegmentSupply.RECYCLED_PREFIX)) {
        recycled.add(name);
      }
    }
    List<Segment> segments = new ArrayList<>();
    List<Long> waiting = new ArrayList<>();
    try {
      for (var file : files.entrySet()) {
        Optional<Segment> segment = open(disk, file.getKey(), file.getValue());
        if (segment.isPresent()) {
          checkFollows(disk, segments, waiting, segment.get());
          segments.add(segment.get());
        } else {
          waiting.add(file.getKey());
        }
      }
    } catch (IOException | RuntimeException e) {
      close(segments);
      throw e;
    }
    return new SegmentDirectory(segments, waiting, recycled);
  }

  static void close(List<Segment> segments) throws IOException {
    for (Segment segment : segments) {
      segment.file().close();
    }
  }

  /// The segment in a file; empty if it is not started.
  private static Optional<Segment> open(Disk disk, long sequence, String name) throws IOException {
    DiskFile file = disk.open(name);
    try {
      byte[] bytes = new byte[SegmentHeader.BLOCK_BYTES + LogEntry.HEADER_BYTES];
      ByteBuffer block = ByteBuffer.wrap(bytes);
      file.read(block, 0);
      block.flip();
      Optional<SegmentHeader> header = SegmentHeader.decode(block);
      if (header.isPresent() && header.get().sequence() == sequence) {
        return Optional.of(new Segment(name, file, file.size(), header.get()));
      }
      if (header.isEmpty() && isDamaged(bytes)) {
        throw new Corrupt(
            "redo log segment "
                + disk.pathOf(name)
                + ": offset 0: expected a segment header, found other bytes, yet entries follow");
      }
      file.close();
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /// A header is durable before any entry is written: an entry behind no header means damage, while
  /// a torn header has none behind it.
  private static boolean isDamaged(byte[] bytes) {
    return LogEntry.isEntryOfAnySegment(bytes, SegmentHeader.BLOCK_BYTES);
  }

  private static void checkFollows(
      Disk disk, List<Segment> segments, List<Long> waiting, Segment next) {
    String path = disk.pathOf(next.name());
    if (!waiting.isEmpty()) {
      throw new Corrupt(
          "redo log segment %s: started, but segment %d before it is not"
              .formatted(path, waiting.getFirst()));
    }
    if (segments.isEmpty()) {
      return;
    }
    Segment last = segments.getLast();
    if (next.sequence() != last.sequence() + 1) {
      throw new Corrupt(
          "redo log segment %s: expected sequence %d, a segment is missing"
              .formatted(path, last.sequence() + 1));
    }
    // Equal if the one before was started and the process died, and its first frame is too large
    // for it.
    if (next.firstLsn() < last.firstLsn() || next.header().epoch() < last.header().epoch()) {
      throw new Corrupt(
          "redo log segment %s: begins at lsn %d of epoch %d, the one before at lsn %d of epoch %d"
              .formatted(
                  path,
                  next.firstLsn(),
                  next.header().epoch(),
                  last.firstLsn(),
                  last.header().epoch()));
    }
  }
}
