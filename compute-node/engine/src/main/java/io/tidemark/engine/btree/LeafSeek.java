package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;

/// Finds and latches the leaf for a change.
final class LeafSeek {
  private LeafSeek() {}

  static LeafPosition seek(BTree tree, MiniTransaction mtr, byte[] key, int entryBytes) {
    if (entryBytes > BTree.MAX_ENTRY_BYTES || key.length > BTree.MAX_ENTRY_BYTES) {
      throw new IllegalArgumentException(
          "tree %s: entry of %d bytes, key of %d, at most %d"
              .formatted(tree, entryBytes, key.length, BTree.MAX_ENTRY_BYTES));
    }
    if (!mtr.holdsNothing()) {
      throw new IllegalStateException("tree " + tree + ": seek with latches held");
    }
    mtr.admit();
    tree.pool().countRequests(1);
    Descent descent = new Descent(tree);
    int itemBytes =
        entryBytes == 0 ? 0 : TreePage.itemBytes(key.length, Math.max(0, entryBytes - key.length));
    while (true) {
      PageFrame leaf = latch(tree, mtr, descent, key, key.length, 0);
      MemorySegment page = leaf.page();
      int slot = TreePage.find(page, key, key.length);
      if (!hasRoom(page, slot, itemBytes)) {
        mtr.release(leaf);
        TreeGrowth.makeRoom(tree, mtr.owner(), key, key.length, 0, itemBytes);
      } else if (slot < 0
          && -1 - slot == SlottedPage.slotCount(page)
          && !isSiblingHere(tree, page)) {
        // The caller will ask for the next key, and the page service must not be waited for then.
        int right = PageHeader.right(page);
        mtr.release(leaf);
        tree.pool().fetch(tree.packed(right));
      } else {
        return new LeafPosition(tree, mtr, leaf, key, slot);
      }
    }
  }

  /// The page of `level` for the key, exclusively latched in `mtr`. Completes splits that it meets.
  static PageFrame latch(
      BTree tree, MiniTransaction mtr, Descent descent, byte[] key, int length, int level) {
    while (true) {
      descent.toLevel(key, length, level, false);
      PageFrame frame = descent.frame();
      long packed = frame.packedId();
      long stamp = frame.tryUpgrade(descent.stamp());
      if (stamp == 0) {
        stamp = frame.latchExclusive();
        if (frame.incarnation() != descent.incarnation() || frame.packedId() != packed) {
          frame.unlatch(stamp);
          continue;
        }
      }
      mtr.adoptExclusive(frame, stamp);
      if (!TreePage.isBeyond(frame.page(), key, length, false)) {
        return frame;
      }
      moveRight(tree, mtr, frame);
    }
  }

  /// The page was split while we waited for it. Helps with what is left to do of the split; the
  /// caller starts over.
  private static void moveRight(BTree tree, MiniTransaction mtr, PageFrame frame) {
    boolean incomplete = TreePage.isSplitIncomplete(frame.page());
    int level = PageHeader.level(frame.page());
    int pageNo = frame.pageNo();
    byte[] separator = TreePage.key(frame.page(), TreePage.HIGH_KEY_SLOT);
    mtr.release(frame);
    if (incomplete) {
      TreeGrowth.completeSplit(tree, mtr.owner(), level, pageNo, separator);
    }
  }

  private static boolean isSiblingHere(BTree tree, MemorySegment page) {
    return TreePage.isRightmost(page)
        || tree.pool().tryFind(tree.packed(PageHeader.right(page))) != null;
  }

  static boolean hasRoom(MemorySegment page, int slot, int itemBytes) {
    if (itemBytes == 0) {
      return true;
    }
    return slot > 0
        ? SlottedPage.fitsReplacing(page, slot, itemBytes)
        : SlottedPage.fits(page, itemBytes);
  }

  /// Latches the right sibling of a page that `mtr` has latched.
  static PageFrame latchRightShared(BTree tree, MiniTransaction mtr, PageFrame frame) {
    return mtr.latchShared(tree.pageId(PageHeader.right(frame.page())), LatchLevel.TREE);
  }
}
