package io.tidemark.storage.redo;

import static io.tidemark.storage.page.PageHeader.INT;
import static io.tidemark.storage.page.PageHeader.LONG;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;

/// What travels and what the log stores: a header and whole mini-transactions.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKF` |
/// | 4 | 1 | version | 1 |
/// | 5 | 1 | flags | 0; bit 0 will mean a compressed body |
/// | 6 | 2 | reserved | zero |
/// | 8 | 8 | epoch | of the writer |
/// | 16 | 8 | start LSN | position of the body's first byte |
/// | 24 | 4 | stored length | bytes of the body in this frame |
/// | 28 | 4 | logical length | bytes of the body in the stream, equal unless compressed |
/// | 32 | 4 | body checksum | CRC-32C of the stored body |
/// | 36 | 4 | header checksum | CRC-32C of bytes 0..35 |
///
/// A frame's end LSN is start plus logical length. Re-framing never changes LSNs. Immutable; the
/// array must not be changed by anybody after construction.
public final class Frame {
  public static final int HEADER_BYTES = 40;
  public static final int MAX_BODY_BYTES = 64 << 20;

  private static final int MAGIC = 0x464B4D54;
  private static final int VERSION = 1;

  private final byte[] bytes;
  private final long epoch;
  private final long startLsn;
  private final int bodyBytes;

  private Frame(byte[] bytes, long epoch, long startLsn, int bodyBytes) {
    this.bytes = bytes;
    this.epoch = epoch;
    this.startLsn = startLsn;
    this.bodyBytes = bodyBytes;
  }

  /// Seals a frame. `bytes` holds [#HEADER_BYTES] free bytes, then the body to its end; the frame
  /// takes the array over.
  public static Frame seal(Epoch epoch, Lsn start, byte[] bytes) {
    int body = bytes.length - HEADER_BYTES;
    if (body <= 0 || body > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("frame body of " + body + " bytes");
    }
    start.plus(body);
    MemorySegment segment = MemorySegment.ofArray(bytes);
    segment.set(INT, 0, MAGIC);
    bytes[4] = VERSION;
    bytes[5] = 0;
    bytes[6] = 0;
    bytes[7] = 0;
    segment.set(LONG, 8, epoch.value());
    segment.set(LONG, 16, start.value());
    segment.set(INT, 24, body);
    segment.set(INT, 28, body);
    segment.set(INT, 32, crc(bytes, HEADER_BYTES, body));
    segment.set(INT, 36, crc(bytes, 0, 36));
    return new Frame(bytes, epoch.value(), start.value(), body);
  }

  /// The size of the whole frame whose header stands at `offset`, checked against the header's own
  /// checksum.
  ///
  /// @throws Corrupt if there is no header there
  public static int decodeSize(byte[] source, int offset) {
    if (offset < 0 || source.length - offset < HEADER_BYTES) {
      throw new Corrupt("frame header: expected 40 bytes, found " + (source.length - offset));
    }
    MemorySegment segment = MemorySegment.ofArray(source);
    if (segment.get(INT, offset) != MAGIC) {
      throw new Corrupt(
          "frame magic: expected 0x%08X, found 0x%08X".formatted(MAGIC, segment.get(INT, offset)));
    }
    int expected = segment.get(INT, offset + 36L);
    int found = crc(source, offset, 36);
    if (expected != found) {
      throw new Corrupt(
          "frame header checksum: expected 0x%08X, found 0x%08X".formatted(expected, found));
    }
    if (source[offset + 4] != VERSION) {
      throw new Corrupt("frame version: expected 1, found " + source[offset + 4]);
    }
    if (source[offset + 5] != 0 || source[offset + 6] != 0 || source[offset + 7] != 0) {
      throw new Corrupt("frame flags: expected 0, found " + source[offset + 5]);
    }
    int body = segment.get(INT, offset + 24L);
    if (body <= 0 || body > MAX_BODY_BYTES || segment.get(INT, offset + 28L) != body) {
      throw new Corrupt("frame body length: expected 1.." + MAX_BODY_BYTES + ", found " + body);
    }
    long epoch = segment.get(LONG, offset + 8L);
    long start = segment.get(LONG, offset + 16L);
    if (epoch < 0 || start < 0 || start > Long.MAX_VALUE - body) {
      throw new Corrupt("frame of epoch " + epoch + " at lsn " + start + ": out of range");
    }
    return HEADER_BYTES + body;
  }

  /// Decodes a whole frame; takes the array over.
  ///
  /// @throws Corrupt if any check fails
  public static Frame decode(byte[] frame) {
    int size = decodeSize(frame, 0);
    if (size != frame.length) {
      throw new Corrupt("frame size: expected " + size + ", found " + frame.length);
    }
    MemorySegment segment = MemorySegment.ofArray(frame);
    int expected = segment.get(INT, 32);
    int found = crc(frame, HEADER_BYTES, size - HEADER_BYTES);
    if (expected != found) {
      throw new Corrupt(
          "frame at lsn %d: body checksum expected 0x%08X, found 0x%08X"
              .formatted(segment.get(LONG, 16), expected, found));
    }
    return new Frame(frame, segment.get(LONG, 8), segment.get(LONG, 16), size - HEADER_BYTES);
  }

  public Epoch epoch() {
    return new Epoch(epoch);
  }

  public Lsn startLsn() {
    return Lsn.of(startLsn);
  }

  public Lsn endLsn() {
    return Lsn.of(startLsn + bodyBytes);
  }

  /// Header and body, as stored. Not to be changed.
  public byte[] bytes() {
    return bytes;
  }

  public int bodyBytes() {
    return bodyBytes;
  }

  /// Calls `consumer` for each whole mini-transaction that ends behind `from`, in order.
  ///
  /// @throws Corrupt if the body is not a sequence of whole mini-transactions
  public void forEachMtr(Lsn from, MtrConsumer consumer) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    int at = HEADER_BYTES;
    while (at < bytes.length) {
      int left = bytes.length - at - RecordEncoder.MTR_HEADER_BYTES;
      int length = left < 0 ? -1 : segment.get(INT, at);
      if (length <= 0 || length > left) {
        throw new Corrupt(
            "frame at lsn %d: mtr at offset %d has length %d, %d bytes left"
                .formatted(startLsn, at, length, left));
      }
      int records = at + RecordEncoder.MTR_HEADER_BYTES;
      long end = startLsn + (records + length - HEADER_BYTES);
      if (end > from.value()) {
        consumer.accept(end, bytes, records, length);
      }
      at = records + length;
    }
  }

  /// Receives mini-transactions; see [#forEachMtr].
  @FunctionalInterface
  public interface MtrConsumer {
    /// `endLsn` is the mtr's LSN; its records are `bytes[offset..offset+length)`.
    void accept(long endLsn, byte[] bytes, int offset, int length);
  }

  private static int crc(byte[] source, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(source, offset, length);
    return (int) crc.getValue();
  }

  @Override
  public String toString() {
    return "frame " + startLsn + ".." + endLsn() + " epoch " + epoch;
  }
}
