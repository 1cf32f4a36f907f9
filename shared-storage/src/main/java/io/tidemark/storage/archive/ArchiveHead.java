package io.tidemark.storage.archive;

import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// What a segment of archived redo holds, and where in it: its header and the index of its blocks.
/// Immutable.
///
/// A segment, version 1, is header, index, blocks. Integers are little-endian, times are
/// milliseconds since 1970, 0 where nothing committed yet. Header:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKA` |
/// | 4 | 1 | version | 1 |
/// | 5 | 3 | reserved | zero |
/// | 8 | 8 | start LSN | end of the segment before; also in the object's key |
/// | 16 | 8 | end LSN | end of the last frame |
/// | 24 | 8 | time before | highest commit time of all redo up to the start |
/// | 32 | 8 | time | highest commit time of all redo up to the end |
/// | 40 | 8 | epoch | of the last frame |
/// | 48 | 4 | block count | |
/// | 52 | 8 | reserved | zero |
/// | 60 | 4 | checksum | CRC-32C of bytes 0..59 and of the index |
///
/// Index, for each block:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | end LSN | of the block's last frame |
/// | 8 | 8 | time | highest commit time of all redo up to there |
/// | 16 | 4 | stored length | |
/// | 20 | 4 | raw length | |
/// | 24 | 4 | checksum | CRC-32C of the stored bytes |
///
/// A block is zstd of whole frames as the log has them, one behind the other, about 256 KiB of
/// them.
public record ArchiveHead(
    Lsn start, Lsn end, long timeBefore, long time, Epoch epoch, List<Block> blocks) {
  static final int HEADER_BYTES = 64;
  static final int BLOCK_ENTRY_BYTES = 28;

  private static final int MAGIC = 0x414B4D54;
  private static final int VERSION = 1;
  private static final int MAX_BLOCKS = 1 << 20;
  private static final int CHECKED_BYTES = 60;

  /// Where one block ends.
  ///
  /// @param time highest commit time of all redo up to `end`
  public record Block(Lsn end, long time, int storedBytes, int rawBytes, int checksum) {}

  public ArchiveHead {
    if (!end.isAfter(start) || blocks.isEmpty() || timeBefore < 0 || time < timeBefore) {
      throw new IllegalArgumentException(
          "archived redo %s..%s in %d blocks, commit times %d..%d"
              .formatted(start, end, blocks.size(), timeBefore, time));
    }
    blocks = List.copyOf(blocks);
  }

  /// Bytes in front of the first block.
  public int sizeBytes() {
    return HEADER_BYTES + blocks.size() * BLOCK_ENTRY_BYTES;
  }

  byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(MAGIC).putInt(VERSION).putLong(start.value()).putLong(end.value());
    buffer.putLong(timeBefore).putLong(time).putLong(epoch.value()).putInt(blocks.size());
    buffer.position(HEADER_BYTES);
    for (Block block : blocks) {
      buffer.putLong(block.end.value()).putLong(block.time);
      buffer.putInt(block.storedBytes).putInt(block.rawBytes).putInt(block.checksum);
    }
    buffer.putInt(CHECKED_BYTES, checksum(buffer.array(), buffer.capacity()));
    return buffer.array();
  }

  /// How many bytes the head takes that `segment`, at least [#HEADER_BYTES] of it, begins with.
  ///
  /// @throws Corrupt if it is the beginning of no segment
  public static int sizeOf(String name, byte[] segment) {
    if (segment.length < HEADER_BYTES) {
      throw new Corrupt(
          "%s: expected at least %d bytes, found %d".formatted(name, HEADER_BYTES, segment.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(0) != MAGIC) {
      throw new Corrupt(
          "%s: magic expected 0x%08X, found 0x%08X".formatted(name, MAGIC, buffer.getInt(0)));
    }
    if (buffer.getInt(4) != VERSION) {
      throw new Corrupt(name + ": version expected " + VERSION + ", found " + buffer.getInt(4));
    }
    int count = buffer.getInt(48);
    if (count <= 0 || count > MAX_BLOCKS) {
      throw new Corrupt(name + ": block count expected 1.." + MAX_BLOCKS + ", found " + count);
    }
    return HEADER_BYTES + count * BLOCK_ENTRY_BYTES;
  }

  /// Decodes the head that `segment` begins with; `name` is for messages.
  ///
  /// @throws Corrupt if any check fails
  public static ArchiveHead decode(String name, byte[] segment) {
    int size = sizeOf(name, segment);
    if (segment.length < size) {
      throw new Corrupt(
          "%s: head expected to have %d bytes, found %d".formatted(name, size, segment.length));
    }
    ByteBuffer buffer = ByteBuffer.wrap(segment, 0, size).order(ByteOrder.LITTLE_ENDIAN);
    int expected = buffer.getInt(CHECKED_BYTES);
    int found = checksum(segment, size);
    if (expected != found) {
      throw new Corrupt(
          "%s: head checksum expected 0x%08X, found 0x%08X".formatted(name, expected, found));
    }
    try {
      List<Block> blocks = new ArrayList<>();
      buffer.position(HEADER_BYTES);
      while (buffer.hasRemaining()) {
        blocks.add(decodeBlock(name, buffer));
      }
      return new ArchiveHead(
          Lsn.of(buffer.getLong(8)),
          Lsn.of(buffer.getLong(16)),
          buffer.getLong(24),
          buffer.getLong(32),
          new Epoch(buffer.getLong(40)),
          blocks);
    } catch (IllegalArgumentException e) {
      throw new Corrupt(name + ": head out of range: " + e.getMessage(), e);
    }
  }

  private static Block decodeBlock(String name, ByteBuffer buffer) {
    Block block =
        new Block(
            Lsn.of(buffer.getLong()),
            buffer.getLong(),
            buffer.getInt(),
            buffer.getInt(),
            buffer.getInt());
    if (block.storedBytes <= 0 || block.rawBytes <= 0 || block.rawBytes > ArchiveSegment.MAX_RAW) {
      throw new Corrupt(
          "%s: block that ends at lsn %s: %d bytes stored, %d raw"
              .formatted(name, block.end, block.storedBytes, block.rawBytes));
    }
    return block;
  }

  private static int checksum(byte[] head, int size) {
    CRC32C crc = new CRC32C();
    crc.update(head, 0, CHECKED_BYTES);
    crc.update(head, HEADER_BYTES, size - HEADER_BYTES);
    return (int) crc.getValue();
  }

  @Override
  public String toString() {
    return "archived redo " + start + ".." + end + " epoch " + epoch;
  }
}
