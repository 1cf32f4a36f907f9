package io.tidemark.storage.layer;

/// Walks all entries of a layer in key order, reading several blocks with one get. Confined to one
/// thread.
public final class LayerCursor {
  /// Half a region of a small G1 heap and more would be an object that takes whole regions.
  private static final int READ_BYTES = 256 << 10;

  private final LayerReader reader;
  private final LayerIndex index;
  private final LayerEntry entry = new LayerEntry();
  private final String name;

  private int nextBlock;
  private byte[] window = new byte[0];
  private long windowStart;

  LayerCursor(LayerReader reader, LayerIndex index) {
    this.reader = reader;
    this.index = index;
    this.name = "layer " + reader.descriptor().id();
  }

  /// Steps to the next entry; false at the end. [#entry] then shows it, and its bytes stay as they
  /// are.
  public boolean next() {
    while (!entry.next(name)) {
      if (nextBlock == index.blockCount()) {
        return false;
      }
      entry.reset(loadBlock(nextBlock++));
    }
    return true;
  }

  public LayerEntry entry() {
    return entry;
  }

  private byte[] loadBlock(int block) {
    long offset = index.offset(block);
    int length = index.storedBytes(block);
    if (offset + length > windowStart + window.length) {
      int last = block;
      int bytes = length;
      while (last + 1 < index.blockCount() && bytes + index.storedBytes(last + 1) <= READ_BYTES) {
        bytes += index.storedBytes(++last);
      }
      window = reader.read(offset, bytes);
      windowStart = offset;
    }
    return LayerBlocks.decode(
        window, (int) (offset - windowStart), length, name + " block " + block);
  }
}
