package io.tidemark.storage.layer;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The layer file, version 1: header, blocks, block index, page filter, footer.
///
/// Integers are little-endian; keys are big-endian, so that their bytes sort as they do.
///
/// Header:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 4 | magic | `TMKL` |
/// | 4 | 1 | version | 1 |
/// | 5 | 3 | reserved | zero |
/// | 8 | 8 | generation | of the layer id |
/// | 16 | 8 | number | of the layer id |
/// | 24 | 4 | reserved | zero |
/// | 28 | 4 | checksum | CRC-32C of bytes 0..27 |
///
/// Block, about 32 KiB of entries before compression:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 1 | codec | 0 as it is, 1 zstd |
/// | 1 | 3 | reserved | zero |
/// | 4 | 4 | raw length | bytes of the entries |
/// | 8 | 4 | checksum | CRC-32C of bytes 0..7 and of the payload |
/// | 12 | | payload | the entries, coded |
///
/// Entry, within the raw bytes of a block:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 1 | kind | [EntryKind] |
/// | 1 | 8 | page | packed page id, big-endian |
/// | 9 | 8 | LSN | of the mini-transaction, big-endian |
/// | 17 | 4 | length | of the value |
/// | 21 | | value | redo records as they stand in the mini-transaction, or a page |
///
/// Block index, 28 bytes for each block: first page u64 big-endian, first LSN u64 big-endian, file
/// offset u64, stored length u32. Page filter: see [PageFilter]. Footer: see [LayerFooter].
public final class LayerFormat {
  public static final int MAGIC = 0x4C4B4D54;
  public static final int VERSION = 1;
  public static final int HEADER_BYTES = 32;
  public static final int BLOCK_HEADER_BYTES = 12;
  public static final int ENTRY_HEADER_BYTES = 21;
  public static final int INDEX_ENTRY_BYTES = 28;

  /// A block is closed when it has reached this; one value may make it longer.
  public static final int BLOCK_TARGET_BYTES = 32 * 1024;

  /// A longer raw block is refused: a frame's body bounds every value.
  public static final int MAX_BLOCK_BYTES = (64 << 20) + BLOCK_TARGET_BYTES + ENTRY_HEADER_BYTES;

  static final byte CODEC_RAW = 0;
  static final byte CODEC_ZSTD = 1;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong KEY =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private LayerFormat() {}

  static int crc(byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }
}
