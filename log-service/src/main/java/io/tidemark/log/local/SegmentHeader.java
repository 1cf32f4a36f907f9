package io.tidemark.log.local;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The first bytes of a started segment file, little-endian; entries begin at [#BLOCK_BYTES].
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKS` |
/// | 4 | 4 | version | 1 |
/// | 8 | 8 | sequence | number of the segment, also in its file name |
/// | 16 | 8 | salt | random, new whenever a file begins a new life as a segment |
/// | 24 | 8 | first LSN | start LSN of the first frame |
/// | 32 | 8 | epoch | of the writer that started the segment |
/// | 40 | 4 | checksum | CRC-32C of bytes 0..39 |
///
/// A file whose header names another sequence than its name, or is all zero, is preallocated and
/// not started. Immutable.
record SegmentHeader(long sequence, long salt, long firstLsn, long epoch) {
  static final int BLOCK_BYTES = 4096;
  static final int BYTES = 44;

  private static final int MAGIC = 0x534B4D54;
  private static final int VERSION = 1;

  /// A buffer with the header, ready to be written at offset 0.
  ByteBuffer encode() {
    ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putInt(VERSION);
    buffer.putLong(sequence).putLong(salt).putLong(firstLsn).putLong(epoch);
    buffer.putInt(crc(buffer));
    return buffer.flip();
  }

  /// The header in the first [#BYTES] bytes of `block`; empty if there is no sound one.
  static Optional<SegmentHeader> decode(ByteBuffer block) {
    ByteBuffer buffer = block.duplicate().order(LITTLE_ENDIAN);
    if (buffer.limit() < BYTES
        || buffer.getInt(0) != MAGIC
        || buffer.getInt(4) != VERSION
        || buffer.getInt(40) != crc(buffer)
        || buffer.getLong(24) < 0
        || buffer.getLong(32) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        new SegmentHeader(
            buffer.getLong(8), buffer.getLong(16), buffer.getLong(24), buffer.getLong(32)));
  }

  private static int crc(ByteBuffer buffer) {
    CRC32C crc = new CRC32C();
    crc.update(buffer.duplicate().position(0).limit(40));
    return (int) crc.getValue();
  }
}
