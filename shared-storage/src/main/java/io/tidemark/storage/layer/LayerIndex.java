package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.KEY;
import static io.tidemark.storage.layer.LayerFormat.LONG;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;

/// The decoded tail of a layer: block index, page filter, footer. Immutable.
public final class LayerIndex {
  private final LayerFooter footer;
  private final PageFilter filter;
  private final long[] firstPages;
  private final long[] firstLsns;
  private final long[] offsets;
  private final int[] storedBytes;

  private LayerIndex(LayerFooter footer, PageFilter filter) {
    this.footer = footer;
    this.filter = filter;
    this.firstPages = new long[footer.blockCount()];
    this.firstLsns = new long[footer.blockCount()];
    this.offsets = new long[footer.blockCount()];
    this.storedBytes = new int[footer.blockCount()];
  }

  /// Decodes the last bytes of a layer file; `tail` must hold index, filter and footer, and may
  /// begin earlier.
  static LayerIndex decode(byte[] tail, String name) {
    LayerFooter footer = LayerFooter.decode(tail, name);
    int start = tail.length - footer.tailBytes();
    if (start < 0) {
      throw new Corrupt(
          "%s: tail expected %d bytes, found %d".formatted(name, footer.tailBytes(), tail.length));
    }
    int checked = footer.indexBytes() + footer.filterBytes();
    LayerFooter.expect(
        name, "tail checksum", footer.tailCrc(), LayerFormat.crc(tail, start, checked));
    MemorySegment segment = MemorySegment.ofArray(tail);
    PageFilter filter =
        PageFilter.decode(segment, start + (long) footer.indexBytes(), footer.filterBytes());
    LayerIndex index = new LayerIndex(footer, filter);
    index.readBlocks(segment, start, name);
    return index;
  }

  private void readBlocks(MemorySegment segment, long start, String name) {
    long expected = LayerFormat.HEADER_BYTES;
    for (int i = 0; i < offsets.length; i++) {
      long at = start + (long) i * LayerFormat.INDEX_ENTRY_BYTES;
      firstPages[i] = segment.get(KEY, at);
      firstLsns[i] = segment.get(KEY, at + 8);
      offsets[i] = segment.get(LONG, at + 16);
      storedBytes[i] = segment.get(INT, at + 24);
      if (offsets[i] != expected || storedBytes[i] <= LayerFormat.BLOCK_HEADER_BYTES) {
        throw new Corrupt(
            "%s: block %d expected at %d, found at %d with %d bytes"
                .formatted(name, i, expected, offsets[i], storedBytes[i]));
      }
      expected += storedBytes[i];
    }
    if (expected != footer.indexOffset()) {
      throw new Corrupt(
          "%s: index expected at %d, found at %d".formatted(name, expected, footer.indexOffset()));
    }
  }

  LayerFooter footer() {
    return footer;
  }

  public int blockCount() {
    return offsets.length;
  }

  long offset(int block) {
    return offsets[block];
  }

  int storedBytes(int block) {
    return storedBytes[block];
  }

  long firstPage(int block) {
    return firstPages[block];
  }

  long firstLsn(int block) {
    return firstLsns[block];
  }

  public boolean mayContain(long page) {
    return filter.mayContain(page);
  }

  /// The last block whose first key is at or below (page, lsn); -1 if there is none.
  int findBlock(long page, long lsn) {
    int low = 0;
    int high = offsets.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      boolean above =
          firstPages[middle] > page || (firstPages[middle] == page && firstLsns[middle] > lsn);
      if (above) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return high;
  }

  /// About how much memory this takes.
  public int sizeBytes() {
    return offsets.length * LayerFormat.INDEX_ENTRY_BYTES + filter.sizeBytes() + 256;
  }

  /// Checks that this tail is that of the layer the manifest means.
  void checkAgainst(LayerDescriptor descriptor) {
    LayerFooter.Contents contents = footer.contents();
    if (!footer.id().equals(descriptor.id())
        || !contents.bounds().equals(descriptor.bounds())
        || contents.entryCount() != descriptor.entryCount()
        || footer.indexOffset() + footer.tailBytes() != descriptor.sizeBytes()) {
      throw new Corrupt(
          "layer %s: footer says layer %s, %s, %d entries; manifest says %s"
              .formatted(
                  descriptor.id(),
                  footer.id(),
                  contents.bounds(),
                  contents.entryCount(),
                  descriptor));
    }
  }

  @Override
  public String toString() {
    return "index of layer %s: %d blocks, pages from %s"
        .formatted(footer.id(), offsets.length, PageId.ofPacked(firstPages[0]));
  }
}
