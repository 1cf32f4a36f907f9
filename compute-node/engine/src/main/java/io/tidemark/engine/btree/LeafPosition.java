package io.tidemark.engine.btree;

import static io.tidemark.storage.page.PageHeader.BYTE;

import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A key's place in a leaf that an mtr has latched exclusively: where it is, or where it would be.
///
/// Valid until the mtr ends. At most one change may be made at it, or several of the same entry;
/// another place in the leaf is had by [#following]. Confined to the mtr's thread.
public final class LeafPosition {
  private final BTree tree;
  private final MiniTransaction mtr;
  private final PageFrame leaf;
  private final byte[] key;
  private int slot;
  private boolean found;

  LeafPosition(BTree tree, MiniTransaction mtr, PageFrame leaf, byte[] key, int foundSlot) {
    this.tree = tree;
    this.mtr = mtr;
    this.leaf = leaf;
    this.key = key;
    this.found = foundSlot > 0;
    this.slot = found ? foundSlot : -1 - foundSlot;
  }

  /// Whether an entry with the key is there.
  public boolean found() {
    return found;
  }

  public PageFrame leaf() {
    return leaf;
  }

  public int valueLength() {
    checkFound();
    return SlottedPage.itemLength(leaf.page(), slot) - TreePage.valueStart(leaf.page(), slot);
  }

  /// A copy of the value.
  public byte[] value() {
    checkFound();
    return TreePage.value(leaf.page(), slot);
  }

  /// Copies `length` bytes of the value from `from` on to `target`.
  public void copyValue(int from, byte[] target, int offset, int length) {
    checkFound();
    MemorySegment page = leaf.page();
    int start = TreePage.valueStart(page, slot) + from;
    if (from < 0 || start + length > SlottedPage.itemLength(page, slot)) {
      throw new IndexOutOfBoundsException("value bytes " + from + ".." + (from + length));
    }
    MemorySegment.copy(
        page, BYTE, SlottedPage.itemOffset(page, slot) + (long) start, target, offset, length);
  }

  /// The first key behind this one; empty at the end of the tree. Latches right siblings shared if
  /// the leaf has none, so that the answer stays true until the mtr ends.
  public Optional<byte[]> nextKey() {
    PageFrame at = leaf;
    int next = found ? slot + 1 : slot;
    while (next >= SlottedPage.slotCount(at.page())) {
      if (TreePage.isRightmost(at.page())) {
        return Optional.empty();
      }
      at = LeafSeek.latchRightShared(tree, mtr, at);
      next = TreePage.FIRST_SLOT;
    }
    return Optional.of(TreePage.key(at.page(), next));
  }

  /// Inserts the key, which is not there, with this value.
  public void insert(byte[] value) {
    if (found) {
      throw new IllegalStateException("tree " + tree + ": the key is there already");
    }
    mtr.itemInsert(leaf, slot, checkedItem(value));
    leaf.noteInsert(slot);
    found = true;
  }

  /// The place of a key behind this one in the same leaf, after a change here too; empty if the key
  /// belongs to another leaf. For changes that let no entry grow.
  public Optional<LeafPosition> following(byte[] next) {
    MemorySegment page = leaf.page();
    return TreePage.isBeyond(page, next, next.length, false)
        ? Optional.empty()
        : Optional.of(
            new LeafPosition(tree, mtr, leaf, next, TreePage.find(page, next, next.length)));
  }

  /// Begins a run of entries at this place: number `first` of `entries` has the key of this
  /// position, which is not there.
  public LeafRun run(TreeEntries entries, int first) {
    if (found) {
      throw new IllegalStateException("tree " + tree + ": the key is there already");
    }
    return new LeafRun(mtr, leaf, slot, entries, first);
  }

  /// Gives the entry another value.
  public void replace(byte[] value) {
    checkFound();
    mtr.itemReplace(leaf, slot, checkedItem(value));
  }

  /// Overwrites bytes of the value; its length stays.
  public void patch(int offsetInValue, byte[] bytes) {
    patch(offsetInValue, bytes, 0, bytes.length);
  }

  public void patch(int offsetInValue, byte[] bytes, int offset, int length) {
    checkFound();
    int start = TreePage.valueStart(leaf.page(), slot);
    mtr.itemPatch(leaf, slot, start + offsetInValue, bytes, offset, length);
  }

  /// Removes the entry. True if the leaf has no entry left: then the caller, after the mtr's
  /// commit, calls [BTree#removeEmptyLeaf].
  public boolean delete() {
    checkFound();
    mtr.itemDelete(leaf, slot, 1);
    found = false;
    return TreePage.entryCount(leaf.page()) == 0;
  }

  /// Checks before anything is changed that the caller keeps to what it asked room for.
  private byte[] checkedItem(byte[] value) {
    if (key.length + value.length > BTree.MAX_ENTRY_BYTES
        || !LeafSeek.hasRoom(
            leaf.page(), found ? slot : -1 - slot, TreePage.itemBytes(key.length, value.length))) {
      throw new IllegalArgumentException(
          "tree %s: no room for key of %d and value of %d bytes"
              .formatted(tree, key.length, value.length));
    }
    return TreePage.item(key, key.length, value, 0, value.length);
  }

  private void checkFound() {
    if (!found) {
      throw new IllegalStateException("tree " + tree + ": no entry with the key");
    }
  }
}
