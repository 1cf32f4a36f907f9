package io.tidemark.storage.layer;

import static io.tidemark.storage.layer.LayerFormat.INT;
import static io.tidemark.storage.layer.LayerFormat.KEY;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.lang.foreign.MemorySegment;

/// Walks the entries of one raw block without allocating. Confined to one thread; the bytes it
/// shows are shared and must not be changed.
public final class LayerEntry {
  private byte[] bytes = new byte[0];
  private MemorySegment segment = MemorySegment.ofArray(bytes);
  private int next;
  private EntryKind kind = EntryKind.DELTA;
  private long page;
  private long lsn;
  private int offset;
  private int length;

  /// Starts over in front of the first entry of `block`.
  void reset(byte[] block) {
    bytes = block;
    segment = MemorySegment.ofArray(block);
    next = 0;
  }

  /// Steps to the next entry of the block; false at its end.
  boolean next(String name) {
    return next < bytes.length && at(next, name);
  }

  /// Steps to the entry that begins at `start`.
  boolean at(int start, String name) {
    int left = bytes.length - start - LayerFormat.ENTRY_HEADER_BYTES;
    length = left < 0 ? -1 : segment.get(INT, start + 17L);
    if (length < 0 || length > left) {
      throw new Corrupt(
          name + ": entry at " + start + " of " + length + " bytes, " + left + " left");
    }
    kind = EntryKind.ofCode(bytes[start]);
    page = segment.get(KEY, start + 1L);
    lsn = segment.get(KEY, start + 9L);
    offset = start + LayerFormat.ENTRY_HEADER_BYTES;
    next = offset + length;
    return true;
  }

  /// Offset of the entry behind this one.
  int nextStart() {
    return next;
  }

  public EntryKind kind() {
    return kind;
  }

  /// Packed page id.
  public long page() {
    return page;
  }

  public long lsn() {
    return lsn;
  }

  /// The array that holds the value at [#offset], [#length] bytes long.
  public byte[] bytes() {
    return bytes;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  @Override
  public String toString() {
    return kind + " of page " + PageId.ofPacked(page) + " at lsn " + lsn + ", " + length + " bytes";
  }
}
