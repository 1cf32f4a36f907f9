package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Takes empty leaves out of a tree, one mtr each.
///
/// The leaf's range goes to its right sibling if both have the same parent: the sibling's separator
/// goes and the leaf's entry leads to the sibling. Else, if the leaf is its parent's last child,
/// the left sibling's high key is raised to the leaf's. The left sibling's right link passes the
/// leaf by. An only child stays.
final class TreeShrink {
  private static final int ATTEMPTS = 4;

  private TreeShrink() {}

  static void removeEmptyLeaf(BTree tree, MiniTransactions mtrs, byte[] key) {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        if (tryRemove(tree, mtrs, key)) {
          return;
        }
      }
    } catch (Exhausted | RetryLater e) {
      // The empty leaf does no harm; whoever empties a neighbour or comes by again removes it.
      return;
    }
  }

  /// True if there is nothing left to do.
  private static boolean tryRemove(BTree tree, MiniTransactions mtrs, byte[] key) {
    Descent toLeaf = new Descent(tree);
    toLeaf.rememberLowFence();
    toLeaf.toLevel(key, key.length, 0, false);
    PageFrame leaf = toLeaf.frame();
    int leafNo = leaf.pageNo();
    boolean empty = TreePage.entryCount(leaf.page()) == 0;
    boolean incomplete = TreePage.isSplitIncomplete(leaf.page());
    byte[] low = Arrays.copyOf(toLeaf.lowFence(), toLeaf.lowFenceLength());
    if (!toLeaf.validate()) {
      return false;
    }
    if (!empty || leafNo == tree.rootPageNo()) {
      return true;
    }
    if (incomplete) {
      completeSplitOf(tree, mtrs, leafNo);
      return false;
    }
    Descent toParent = new Descent(tree);
    toParent.toLevel(key, key.length, 1, false);
    int parentNo = toParent.frame().pageNo();
    if (!toParent.validate()) {
      return false;
    }
    int leftNo = PageHeader.NO_PAGE;
    if (low.length > 0) {
      Descent toLeft = new Descent(tree);
      toLeft.toLevel(low, low.length, 0, true);
      leftNo = toLeft.frame().pageNo();
      if (!toLeft.validate()) {
        return false;
      }
    }
    tree.pool().fetch(tree.packed(0));
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame left = null;
      if (leftNo != PageHeader.NO_PAGE) {
        left = mtr.latchExclusive(tree.pageId(leftNo), LatchLevel.TREE);
        if (!isLeftOf(tree, left.page(), leafNo)) {
          return false;
        }
      }
      leaf = mtr.latchExclusive(tree.pageId(leafNo), LatchLevel.TREE);
      if (leaf.incarnation() != toLeaf.incarnation()
          || TreePage.entryCount(leaf.page()) != 0
          || TreePage.isSplitIncomplete(leaf.page())) {
        return false;
      }
      PageFrame parent = mtr.latchExclusive(tree.pageId(parentNo), LatchLevel.TREE);
      if (parent.incarnation() != toParent.incarnation()) {
        return false;
      }
      return unlink(tree, mtr, new Family(left, leaf, parent), key);
    }
  }

  private static boolean isLeftOf(BTree tree, MemorySegment left, int leafNo) {
    return PageHeader.type(left) == PageType.TREE_LEAF
        && PageHeader.owner(left) == tree.id()
        && PageHeader.right(left) == leafNo
        && !TreePage.isSplitIncomplete(left);
  }

  private static boolean unlink(BTree tree, MiniTransaction mtr, Family family, byte[] key) {
    MemorySegment page = family.parent.page();
    int slot = TreePage.childSlot(page, key, key.length, false);
    int leafNo = family.leaf.pageNo();
    if (TreePage.isBeyond(page, key, key.length, false) || TreePage.child(page, slot) != leafNo) {
      return false;
    }
    int right = PageHeader.right(family.leaf.page());
    boolean last = slot == SlottedPage.slotCount(page) - 1;
    if (!last && TreePage.child(page, slot + 1) != right) {
      return false;
    }
    PageFrame left = family.left;
    byte[] highKey = SlottedPage.item(family.leaf.page(), TreePage.HIGH_KEY_SLOT);
    if (last
        && (left == null
            || slot == TreePage.FIRST_SLOT
            || !SlottedPage.fitsReplacing(left.page(), TreePage.HIGH_KEY_SLOT, highKey.length))) {
      return true;
    }
    Tablespaces.latchHeader(mtr, tree.spaceId());
    if (last && left != null) {
      mtr.itemDelete(family.parent, slot, 1);
      mtr.itemReplace(left, TreePage.HIGH_KEY_SLOT, highKey);
    } else {
      byte[] own = TreePage.key(page, slot);
      byte[] entry = TreePage.childItem(own, own.length, right);
      mtr.itemReplace(family.parent, slot, entry);
      mtr.itemDelete(family.parent, slot + 1, 1);
    }
    if (left != null) {
      mtr.siblings(left, PageHeader.NO_PAGE, right);
    }
    Tablespaces.free(mtr, family.leaf);
    mtr.commit();
    return true;
  }

  private static void completeSplitOf(BTree tree, MiniTransactions mtrs, int pageNo) {
    byte[] separator;
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame frame = mtr.latchShared(tree.pageId(pageNo), LatchLevel.TREE);
      MemorySegment page = frame.page();
      if (PageHeader.type(page) != PageType.TREE_LEAF
          || PageHeader.owner(page) != tree.id()
          || !TreePage.isSplitIncomplete(page)) {
        return;
      }
      separator = TreePage.key(page, TreePage.HIGH_KEY_SLOT);
    }
    TreeGrowth.completeSplit(tree, mtrs, 0, pageNo, separator);
  }

  /// A leaf with its left sibling, if it has one, and its parent; all latched exclusively.
  private record Family(@Nullable PageFrame left, PageFrame leaf, PageFrame parent) {}
}
