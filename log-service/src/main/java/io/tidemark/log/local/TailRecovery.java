package io.tidemark.log.local;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the end of the log in its last segment, and makes it stay there.
///
/// Reads entries from the segment's start up to the first that is not sound, at LSN x. If any sound
/// entry of this segment behind it says that the log was durable beyond x when it was written, the
/// frame at x had been acknowledged: that is damage, and the log is refused. If none does, the
/// frame belongs to the last group, which no sync has covered: a torn tail, which is cut. Cutting
/// means that every byte behind the end becomes zero, durably, so that nothing cut can ever come
/// back.
final class TailRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(TailRecovery.class);
  private static final int CHUNK_BYTES = 1 << 20;

  private final Disk disk;
  private final Segment segment;

  private TailRecovery(Disk disk, Segment segment) {
    this.disk = disk;
    this.segment = segment;
  }

  /// The end of the log.
  ///
  /// @param offset where the next entry goes
  /// @param lsn end of the last frame
  /// @param epoch of the last frame, or of the writer that started the segment
  record Tail(long offset, Lsn lsn, long epoch) {}

  static Tail recover(Disk disk, Segment segment) throws IOException {
    return new TailRecovery(disk, segment).recover();
  }

  private Tail recover() throws IOException {
    SegmentCursor cursor = new SegmentCursor(segment.file(), segment.header(), segment.sizeBytes());
    Optional<Frame> frame = cursor.next();
    while (frame.isPresent()) {
      frame = cursor.next();
    }
    checkNoTestimony(disk, segment, cursor);
    long cut = zeroFrom(cursor.offset());
    if (cut > 0) {
      LOG.info(
          "redo log segment {}: cut {} blocks behind offset {} lsn {}: {}",
          segment.name(),
          cut,
          cursor.offset(),
          cursor.lsn(),
          cursor.problem());
    }
    return new Tail(cursor.offset(), Lsn.of(cursor.lsn()), cursor.epoch());
  }

  /// Refuses a segment that `cursor` could not read to the end of what was acknowledged.
  static void checkNoTestimony(Disk disk, Segment segment, SegmentCursor cursor)
      throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    int step = CHUNK_BYTES - LogEntry.HEADER_BYTES;
    for (long start = cursor.offset(); start < segment.sizeBytes(); start += step) {
      int size = read(segment, chunk, start);
      for (int at = 0; at + LogEntry.HEADER_BYTES <= size; at += LogEntry.ALIGNMENT) {
        if (LogEntry.isEntry(chunk, at, segment.salt())
            && LogEntry.durableLsn(chunk, at) > cursor.lsn()) {
          throw new Corrupt(
              ("redo log segment %s: offset %d: damaged at lsn %d: %s; the entry at offset %d says"
                      + " that the log was durable up to lsn %d")
                  .formatted(
                      disk.pathOf(segment.name()),
                      cursor.offset(),
                      cursor.lsn(),
                      cursor.problem(),
                      start + at,
                      LogEntry.durableLsn(chunk, at)));
        }
      }
    }
  }

  /// Makes every byte from `offset` on zero, durably; returns the number of chunks that were not.
  private long zeroFrom(long offset) throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    byte[] zeros = new byte[CHUNK_BYTES];
    long written = 0;
    for (long start = offset; start < segment.sizeBytes(); start += CHUNK_BYTES) {
      int size = read(segment, chunk, start);
      if (!Arrays.equals(chunk, 0, size, zeros, 0, size)) {
        segment.file().write(ByteBuffer.wrap(zeros, 0, size), start);
        written++;
      }
    }
    if (written > 0) {
      segment.file().force();
    }
    return written;
  }

  private static int read(Segment segment, byte[] chunk, long start) throws IOException {
    int wanted = (int) Math.min(chunk.length, segment.sizeBytes() - start);
    return segment.file().read(ByteBuffer.wrap(chunk, 0, wanted), start);
  }
}
