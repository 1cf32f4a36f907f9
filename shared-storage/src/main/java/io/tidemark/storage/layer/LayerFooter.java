package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.LONG;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.layer.LayerDescriptor.Bounds;
import java.lang.foreign.MemorySegment;

/// The last 96 bytes of a layer file.
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 8 | index offset | where the block index begins |
/// | 8 | 4 | block count | |
/// | 12 | 4 | filter length | bytes of the page filter, which follows the index |
/// | 16 | 8 | entry count | |
/// | 24 | 8 | first page | packed |
/// | 32 | 8 | last page | packed |
/// | 40 | 8 | start LSN | excluded |
/// | 48 | 8 | end LSN | included |
/// | 56 | 8 | purged LSN | of spaces dropped at or below it nothing is here |
/// | 64 | 8 | generation | of the layer id |
/// | 72 | 8 | number | of the layer id |
/// | 80 | 4 | tail checksum | CRC-32C of index and filter |
/// | 84 | 1 | version | 1 |
/// | 85 | 3 | reserved | zero |
/// | 88 | 4 | checksum | CRC-32C of bytes 0..87 |
/// | 92 | 4 | magic | `TMKL` |
record LayerFooter(
    LayerId id, long indexOffset, int blockCount, int filterBytes, int tailCrc, Contents contents) {
  static final int BYTES = 96;

  /// What the layer holds.
  record Contents(long entryCount, Bounds bounds, Lsn purgedLsn) {}

  int indexBytes() {
    return blockCount * LayerFormat.INDEX_ENTRY_BYTES;
  }

  /// Index, filter and footer.
  int tailBytes() {
    return indexBytes() + filterBytes + BYTES;
  }

  void encode(byte[] target, int offset) {
    MemorySegment segment = MemorySegment.ofArray(target);
    segment.set(LONG, offset, indexOffset);
    segment.set(INT, offset + 8L, blockCount);
    segment.set(INT, offset + 12L, filterBytes);
    segment.set(LONG, offset + 16L, contents.entryCount);
    segment.set(LONG, offset + 24L, contents.bounds.firstPage().packed());
    segment.set(LONG, offset + 32L, contents.bounds.lastPage().packed());
    segment.set(LONG, offset + 40L, contents.bounds.startLsn().value());
    segment.set(LONG, offset + 48L, contents.bounds.endLsn().value());
    segment.set(LONG, offset + 56L, contents.purgedLsn.value());
    segment.set(LONG, offset + 64L, id.generation());
    segment.set(LONG, offset + 72L, id.number());
    segment.set(INT, offset + 80L, tailCrc);
    segment.set(INT, offset + 84L, LayerFormat.VERSION);
    segment.set(INT, offset + 88L, LayerFormat.crc(target, offset, 88));
    segment.set(INT, offset + 92L, LayerFormat.MAGIC);
  }

  /// Decodes the footer that `source` ends with. `name` is for messages.
  static LayerFooter decode(byte[] source, String name) {
    int offset = source.length - BYTES;
    if (offset < 0) {
      throw new Corrupt(name + ": footer of 96 bytes expected, found " + source.length);
    }
    MemorySegment segment = MemorySegment.ofArray(source);
    expect(name, "magic", LayerFormat.MAGIC, segment.get(INT, offset + 92L));
    expect(
        name,
        "footer checksum",
        segment.get(INT, offset + 88L),
        LayerFormat.crc(source, offset, 88));
    expect(name, "version", LayerFormat.VERSION, segment.get(INT, offset + 84L));
    try {
      Bounds bounds =
          new Bounds(
              PageId.ofPacked(segment.get(LONG, offset + 24L)),
              PageId.ofPacked(segment.get(LONG, offset + 32L)),
              Lsn.of(segment.get(LONG, offset + 40L)),
              Lsn.of(segment.get(LONG, offset + 48L)));
      Contents contents =
          new Contents(
              segment.get(LONG, offset + 16L), bounds, Lsn.of(segment.get(LONG, offset + 56L)));
      LayerId id = new LayerId(segment.get(LONG, offset + 64L), segment.get(LONG, offset + 72L));
      LayerFooter footer =
          new LayerFooter(
              id,
              segment.get(LONG, offset),
              segment.get(INT, offset + 8L),
              segment.get(INT, offset + 12L),
              segment.get(INT, offset + 80L),
              contents);
      footer.check(name);
      return footer;
    } catch (IllegalArgumentException e) {
      throw new Corrupt(name + ": footer out of range", e);
    }
  }

  private void check(String name) {
    long tail = (long) blockCount * LayerFormat.INDEX_ENTRY_BYTES + filterBytes + BYTES;
    if (blockCount <= 0
        || filterBytes <= 8
        || tail > Integer.MAX_VALUE
        || indexOffset < LayerFormat.HEADER_BYTES
        || contents.entryCount < blockCount) {
      throw new Corrupt(
          "%s: footer has index at %d, %d blocks, filter of %d bytes, %d entries"
              .formatted(name, indexOffset, blockCount, filterBytes, contents.entryCount));
    }
  }

  static void expect(String name, String what, int expected, int found) {
    if (expected != found) {
      throw new Corrupt(
          "%s: %s expected 0x%08X, found 0x%08X".formatted(name, what, expected, found));
    }
  }
}
