package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.ItemSource;
import io.tidemark.storage.redo.Varint;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Entries with ascending keys that go to one place of a leaf, between the same two neighbours: one
/// descent, one latch and one redo record for all of them.
///
/// The first is the one whose place was sought. The caller takes entry by entry as long as the next
/// one [#belongs], and then inserts those taken. Valid until the mtr ends. Confined to its thread.
public final class LeafRun {
  private final MiniTransaction mtr;
  private final PageFrame leaf;
  private final int slot;
  private final TreeEntries entries;
  private final int first;
  private final boolean bounded;
  private final int boundSlot;
  private int room;
  private int count;

  LeafRun(MiniTransaction mtr, PageFrame leaf, int slot, TreeEntries entries, int first) {
    this.mtr = mtr;
    this.leaf = leaf;
    this.slot = slot;
    this.entries = entries;
    this.first = first;
    MemorySegment page = leaf.page();
    boolean atEnd = slot == SlottedPage.slotCount(page);
    this.bounded = !atEnd || !TreePage.isRightmost(page);
    this.boundSlot = atEnd ? TreePage.HIGH_KEY_SLOT : slot;
    this.room = SlottedPage.freeBytes(page);
  }

  /// Number of entries taken.
  public int count() {
    return count;
  }

  /// Whether the entry behind those taken, which exists, goes to the same place: its key is above
  /// theirs and below what is there, and it has room.
  public boolean belongs() {
    int next = first + count;
    byte[] key = entries.key(next);
    int valueLength = entries.valueLength(next);
    MemorySegment page = leaf.page();
    return key.length + valueLength <= BTree.MAX_ENTRY_BYTES
        && TreePage.itemBytes(key.length, valueLength) + TreePage.ITEM_OVERHEAD_BYTES <= room
        && (count == 0 || Arrays.compareUnsigned(entries.key(next - 1), key) < 0)
        && !(bounded && TreePage.compare(page, boundSlot, key, key.length) <= 0);
  }

  /// Takes the next entry, which is the first or [#belongs].
  public void take() {
    int next = first + count;
    int itemBytes = TreePage.itemBytes(entries.key(next).length, entries.valueLength(next));
    room -= itemBytes + TreePage.ITEM_OVERHEAD_BYTES;
    count++;
  }

  /// Inserts what was taken.
  public void insert() {
    if (count == 0 || room < 0) {
      throw new IllegalStateException(
          "page %s: run of %d entries, %d bytes of room left".formatted(leaf.id(), count, room));
    }
    mtr.itemsInsert(leaf, slot, new Items());
    leaf.noteInserts(slot, count);
  }

  /// The entries taken as items of a leaf.
  private final class Items implements ItemSource {
    @Override
    public int count() {
      return count;
    }

    @Override
    public int length(int item) {
      int entry = first + item;
      return TreePage.itemBytes(entries.key(entry).length, entries.valueLength(entry));
    }

    @Override
    public void write(int item, byte[] target, int at) {
      byte[] key = entries.key(first + item);
      int keyAt = Varint.write(target, at, key.length);
      System.arraycopy(key, 0, target, keyAt, key.length);
      entries.putValue(first + item, target, keyAt + key.length);
    }
  }
}
