package io.tidemark.log.local;

import io.tidemark.log.local.Disk.DiskFile;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// Walks the frames of one segment file in order, checking everything that can be checked. Confined
/// to one thread.
final class SegmentCursor {
  private static final int CHUNK_BYTES = 256 << 10;

  private final DiskFile file;
  private final long salt;
  private final long limit;

  private byte[] buffer = new byte[0];
  private long bufferStart;
  private int bufferSize;

  private long offset = SegmentHeader.BLOCK_BYTES;
  private long lsn;
  private long epoch;
  private String problem = "";

  SegmentCursor(DiskFile file, SegmentHeader header, long sizeBytes) {
    this.file = file;
    this.salt = header.salt();
    this.limit = sizeBytes;
    this.lsn = header.firstLsn();
    this.epoch = header.epoch();
  }

  /// Where the next entry stands.
  long offset() {
    return offset;
  }

  /// Start LSN of the next frame.
  long lsn() {
    return lsn;
  }

  /// Epoch of the last frame, or of the writer that started the segment.
  long epoch() {
    return epoch;
  }

  /// Why [#next] was empty.
  String problem() {
    return problem;
  }

  /// The next frame; empty if no sound entry with it stands at [#offset], see [#problem].
  Optional<Frame> next() throws IOException {
    Optional<Frame> frame = parse();
    if (frame.isEmpty()) {
      // The buffer may have been filled before the writer came here.
      bufferSize = 0;
      frame = parse();
    }
    return frame;
  }

  private Optional<Frame> parse() throws IOException {
    while (true) {
      int at = load(offset, LogEntry.HEADER_BYTES);
      if (at < 0) {
        return failed("expected an entry, found the end of the file");
      }
      if (!LogEntry.isEntry(buffer, at, salt)) {
        return failed("expected an entry, found other bytes");
      }
      if (LogEntry.startLsn(buffer, at) != lsn) {
        return failed("expected lsn " + lsn + ", found " + LogEntry.startLsn(buffer, at));
      }
      int size = LogEntry.frameBytes(buffer, at);
      if (size != 0) {
        return parseFrame(size);
      }
      offset += LogEntry.HEADER_BYTES;
    }
  }

  private Optional<Frame> parseFrame(int size) throws IOException {
    int at = size < 0 ? -1 : load(offset + LogEntry.HEADER_BYTES, size);
    if (at < 0) {
      return failed("frame of " + size + " bytes does not fit the file");
    }
    Frame frame;
    try {
      frame = Frame.decode(Arrays.copyOfRange(buffer, at, at + size));
    } catch (Corrupt e) {
      return failed(String.valueOf(e.getMessage()));
    }
    if (frame.startLsn().value() != lsn) {
      return failed("frame expected at lsn " + lsn + ", found " + frame);
    }
    if (frame.epoch().value() < epoch) {
      return failed("frame expected of epoch " + epoch + " or higher, found " + frame);
    }
    offset += LogEntry.sizeOf(size);
    lsn = frame.endLsn().value();
    epoch = frame.epoch().value();
    return Optional.of(frame);
  }

  private Optional<Frame> failed(String why) {
    problem = why;
    return Optional.empty();
  }

  /// Index in the buffer of the byte at `position`, with `count` bytes from there; -1 if the file
  /// has fewer.
  private int load(long position, int count) throws IOException {
    if (position + count > limit) {
      return -1;
    }
    if (position < bufferStart || position + count > bufferStart + bufferSize) {
      if (buffer.length < count || buffer.length == 0) {
        buffer = new byte[Math.max(count, (int) Math.min(CHUNK_BYTES, limit))];
      }
      bufferStart = position;
      int wanted = (int) Math.min(buffer.length, limit - position);
      bufferSize = file.read(ByteBuffer.wrap(buffer, 0, wanted), position);
      if (bufferSize < count) {
        return -1;
      }
    }
    return (int) (position - bufferStart);
  }
}
