package io.tidemark.log.transport;

import static io.tidemark.storage.page.PageHeader.INT;

import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// The first bytes of every message between nodes, little-endian.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKN` |
/// | 4 | 1 | version | of this envelope, 1 |
/// | 5 | 1 | kind | which message; a changed head is a new kind |
/// | 6 | 2 | reserved | zero |
/// | 8 | 4 | head length | bytes of the head |
/// | 12 | 4 | checksum | CRC-32C of bytes 0..11 and the head |
/// | 16 | | head | the message's own fields |
/// | | | attachments | pages or frames, as the head tells, each with its own checksum |
///
/// gRPC gives the length of the whole.
final class Envelope {
  static final int BYTES = 16;
  static final int MAX_HEAD_BYTES = 1 << 20;

  private static final int MAGIC = 0x4E4B4D54;
  private static final int VERSION = 1;

  private Envelope() {}

  /// Envelope and head in one array.
  static byte[] seal(int kind, byte[] head) {
    if (head.length > MAX_HEAD_BYTES || kind < 0 || kind > 0xFF) {
      throw new IllegalArgumentException(
          "message kind " + kind + ": head of " + head.length + " bytes");
    }
    byte[] bytes = new byte[BYTES + head.length];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    segment.set(INT, 0, MAGIC);
    bytes[4] = VERSION;
    bytes[5] = (byte) kind;
    segment.set(INT, 8, head.length);
    System.arraycopy(head, 0, bytes, BYTES, head.length);
    segment.set(INT, 12, crc(bytes, head));
    return bytes;
  }

  /// Length of the head behind `envelope`, which is checked but for its checksum.
  static int headLength(byte[] envelope) {
    MemorySegment segment = MemorySegment.ofArray(envelope);
    if (segment.get(INT, 0) != MAGIC) {
      throw new Corrupt(
          "message magic: expected 0x%08X, found 0x%08X".formatted(MAGIC, segment.get(INT, 0)));
    }
    if (envelope[4] != VERSION || envelope[6] != 0 || envelope[7] != 0) {
      throw new Corrupt("message version: expected " + VERSION + ", found " + envelope[4]);
    }
    int length = segment.get(INT, 8);
    if (length < 0 || length > MAX_HEAD_BYTES) {
      throw new Corrupt("message head: expected 0.." + MAX_HEAD_BYTES + " bytes, found " + length);
    }
    return length;
  }

  /// The head, once all checks are done.
  static MessageHead open(byte[] envelope, byte[] head) {
    int expected = MemorySegment.ofArray(envelope).get(INT, 12);
    int found = crc(envelope, head);
    if (expected != found) {
      throw new Corrupt(
          "message head checksum: expected 0x%08X, found 0x%08X".formatted(expected, found));
    }
    return new MessageHead(envelope[5] & 0xFF, head);
  }

  private static int crc(byte[] envelope, byte[] head) {
    CRC32C crc = new CRC32C();
    crc.update(envelope, 0, 12);
    crc.update(head, 0, head.length);
    return (int) crc.getValue();
  }
}
