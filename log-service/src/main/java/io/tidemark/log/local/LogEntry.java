package io.tidemark.log.local;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// What stands in front of each frame in a segment file, little-endian; the frame follows, then
/// zero bytes up to a multiple of 8.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | checksum | CRC-32C of bytes 4..31 |
/// | 4 | 4 | frame size | bytes of the frame; 0 for a mark |
/// | 8 | 8 | start LSN | of the frame |
/// | 16 | 8 | durable LSN | up to where the log was durable before this entry was written |
/// | 24 | 8 | salt | of the segment |
///
/// The salt tells the entries of this life of the file from those of an earlier one, and from bytes
/// that a user stored. The durable LSN is testimony: recovery that finds damage in front of this
/// entry learns from it whether the damaged frame had been acknowledged. A mark has no frame and is
/// written when the log falls idle, so that the last frame has testimony too.
final class LogEntry {
  static final int HEADER_BYTES = 32;
  static final int ALIGNMENT = 8;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, LITTLE_ENDIAN);

  private LogEntry() {}

  /// Bytes that an entry with a frame of `frameBytes` takes in the file.
  static long sizeOf(int frameBytes) {
    return HEADER_BYTES + ((frameBytes + (ALIGNMENT - 1L)) & -ALIGNMENT);
  }

  /// Puts an entry's header; `scratch` holds [#HEADER_BYTES] bytes to work in.
  static void encode(
      ByteBuffer target,
      byte[] scratch,
      int frameBytes,
      long startLsn,
      long durableLsn,
      long salt) {
    INT.set(scratch, 4, frameBytes);
    LONG.set(scratch, 8, startLsn);
    LONG.set(scratch, 16, durableLsn);
    LONG.set(scratch, 24, salt);
    INT.set(scratch, 0, crc(scratch, 0));
    target.put(scratch, 0, HEADER_BYTES);
  }

  /// Whether a sound header of the segment with `salt` stands at `offset`.
  static boolean isEntry(byte[] bytes, int offset, long salt) {
    return saltAt(bytes, offset) == salt && (int) INT.get(bytes, offset) == crc(bytes, offset);
  }

  /// Whether a sound header of any segment stands at `offset`.
  static boolean isEntryOfAnySegment(byte[] bytes, int offset) {
    return isEntry(bytes, offset, saltAt(bytes, offset));
  }

  static int frameBytes(byte[] bytes, int offset) {
    return (int) INT.get(bytes, offset + 4);
  }

  static long startLsn(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset + 8);
  }

  static long durableLsn(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset + 16);
  }

  private static long saltAt(byte[] bytes, int offset) {
    return (long) LONG.get(bytes, offset + 24);
  }

  private static int crc(byte[] bytes, int offset) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset + 4, HEADER_BYTES - 4);
    return (int) crc.getValue();
  }
}
