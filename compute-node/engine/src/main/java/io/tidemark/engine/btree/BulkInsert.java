package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.SlottedPage;
import io.tidemark.storage.redo.Varint;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Inserts many entries in ascending order of their keys, as many as fit a leaf in each mtr.
///
/// For building an index: behind the last key of a tree it fills page after page; between keys that
/// are there it inserts what belongs between them. Others may write to the tree meanwhile. Keys
/// that are there already are refused. Entries are in the tree at the latest after [#finish].
///
/// Confined to one thread.
public final class BulkInsert {
  private static final int GATHERED_BYTES = 4 * PageHeader.PAGE_BYTES;

  private final BTree tree;
  private final MiniTransactions mtrs;
  private final ArrayDeque<Entry> gathered = new ArrayDeque<>();
  private int gatheredBytes;
  private byte[] last = {};
  private boolean any;

  public BulkInsert(BTree tree, MiniTransactions mtrs) {
    this.tree = tree;
    this.mtrs = mtrs;
  }

  /// Adds an entry whose key is above that of the one before. Both arrays are the tree's now.
  ///
  /// @throws io.tidemark.storage.error.Exhausted if log or pool are full; the caller may go on
  ///   later with [#finish]
  public void add(byte[] key, byte[] value) {
    if (any && Arrays.compareUnsigned(last, key) >= 0) {
      throw new IllegalArgumentException("tree " + tree + ": bulk insert out of order");
    }
    int entryBytes = key.length + value.length;
    if (entryBytes > BTree.MAX_ENTRY_BYTES) {
      throw new IllegalArgumentException("tree " + tree + ": entry of " + entryBytes + " bytes");
    }
    any = true;
    last = key;
    gathered.add(new Entry(key, TreePage.item(key, key.length, value, 0, value.length)));
    gatheredBytes += entryBytes;
    if (gatheredBytes >= GATHERED_BYTES) {
      finish();
    }
  }

  /// Inserts what has gathered.
  public void finish() {
    while (!gathered.isEmpty()) {
      insertSome();
    }
    gatheredBytes = 0;
  }

  private void insertSome() {
    byte[] first = gathered.getFirst().key;
    try (MiniTransaction mtr = mtrs.begin()) {
      LeafPosition position = tree.seekForWrite(mtr, first, gathered.getFirst().entryBytes());
      if (position.found()) {
        throw new IllegalStateException("tree " + tree + ": bulk insert of a key that is there");
      }
      PageFrame leaf = position.leaf();
      List<byte[]> items = new ArrayList<>();
      int count = countFor(leaf.page(), position.slot());
      for (Entry entry : gathered) {
        if (items.size() == count) {
          break;
        }
        items.add(entry.item);
      }
      mtr.itemsInsert(leaf, position.slot(), items);
      for (int i = 0; i < count; i++) {
        leaf.noteInsert(position.slot() + i);
      }
      mtr.commit();
      for (int i = 0; i < count; i++) {
        gathered.removeFirst();
      }
    }
  }

  /// How many of the gathered entries go to the leaf at `slot`: those that fit, that are below the
  /// entry that is there, and that are below the high key. At least one.
  private int countFor(MemorySegment page, int slot) {
    boolean atEnd = slot == SlottedPage.slotCount(page);
    boolean bounded = !atEnd || !TreePage.isRightmost(page);
    int boundSlot = atEnd ? TreePage.HIGH_KEY_SLOT : slot;
    int room = SlottedPage.freeBytes(page);
    int count = 0;
    for (Entry entry : gathered) {
      room -= entry.item.length + TreePage.ITEM_OVERHEAD_BYTES;
      if (room < 0
          || (bounded && TreePage.compare(page, boundSlot, entry.key, entry.key.length) <= 0)) {
        break;
      }
      count++;
    }
    return count;
  }

  private static final class Entry {
    private final byte[] key;
    private final byte[] item;

    Entry(byte[] key, byte[] item) {
      this.key = key;
      this.item = item;
    }

    int entryBytes() {
      return item.length - Varint.sizeOf(key.length);
    }
  }
}
