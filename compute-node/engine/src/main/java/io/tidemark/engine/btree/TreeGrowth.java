package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Splits. Two mtrs each: the first moves the upper part of a page to a new right sibling and marks
/// the page as split incompletely; the second enters the sibling into the parent and clears the
/// mark. Between them, and after a crash between them, everybody reaches the sibling by the right
/// link, and the next writer who is held up by the mark does the second part.
///
/// A full root is copied down into a new only child first, so that it never moves.
final class TreeGrowth {
  /// From this many inserts in a row on, each behind the one before, a page is split where the next
  /// one goes, not in the middle.
  private static final int ASCENDING_RUN = 4;

  private static final long PAUSE_NANOS = 1000;
  private static final byte[] NOTHING = {};

  private TreeGrowth() {}

  /// Does one step towards room for an item of `itemBytes` with this key in its page of `level`.
  static void makeRoom(
      BTree tree, MiniTransactions mtrs, byte[] key, int length, int level, int itemBytes) {
    int pageNo;
    byte[] separator;
    try (MiniTransaction mtr = mtrs.begin()) {
      mtr.admit();
      PageFrame frame = LeafSeek.latch(tree, mtr, new Descent(tree), key, length, level);
      MemorySegment page = frame.page();
      int slot = TreePage.find(page, key, length);
      if (LeafSeek.hasRoom(page, slot, itemBytes)) {
        return;
      }
      if (frame.pageNo() == tree.rootPageNo()) {
        pushDownRoot(tree, mtr, frame);
        mtr.commit();
        return;
      }
      pageNo = frame.pageNo();
      if (TreePage.isSplitIncomplete(page)) {
        separator = TreePage.key(page, TreePage.HIGH_KEY_SLOT);
      } else {
        separator = split(tree, mtr, frame, key, length, slot, itemBytes);
        mtr.commit();
      }
    }
    completeSplit(tree, mtrs, level, pageNo, separator);
  }

  /// Enters the right sibling of a split page into the parent, unless that is done already.
  static void completeSplit(
      BTree tree, MiniTransactions mtrs, int level, int leftPageNo, byte[] separator) {
    while (!tryCompleteSplit(tree, mtrs, level, leftPageNo, separator)) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean tryCompleteSplit(
      BTree tree, MiniTransactions mtrs, int level, int leftPageNo, byte[] separator) {
    int itemBytes = TreePage.itemBytes(separator.length, TreePage.CHILD_BYTES);
    Descent descent = new Descent(tree);
    descent.toLevel(separator, separator.length, level + 1, false);
    int parentNo = descent.frame().pageNo();
    if (!descent.validate()) {
      return false;
    }
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame left = mtr.latchExclusive(tree.pageId(leftPageNo), LatchLevel.TREE);
      if (!isSplitAt(tree, left.page(), level, separator)) {
        return true;
      }
      int right = PageHeader.right(left.page());
      PageFrame parent = mtr.latchExclusive(tree.pageId(parentNo), LatchLevel.TREE);
      if (parent.incarnation() != descent.incarnation()) {
        return false;
      }
      MemorySegment page = parent.page();
      if (TreePage.isBeyond(page, separator, separator.length, false)) {
        return false;
      }
      int slot = TreePage.find(page, separator, separator.length);
      if (slot > 0) {
        throw new Corrupt("page %s: separator is there already".formatted(parent.id()));
      }
      if (SlottedPage.fits(page, itemBytes)) {
        mtr.itemInsert(parent, -1 - slot, TreePage.childItem(separator, separator.length, right));
        parent.noteInsert(-1 - slot);
        setSplitIncomplete(mtr, left, false);
        mtr.commit();
        return true;
      }
    }
    makeRoom(tree, mtrs, separator, separator.length, level + 1, itemBytes);
    return false;
  }

  private static boolean isSplitAt(BTree tree, MemorySegment page, int level, byte[] separator) {
    PageType type = PageHeader.type(page);
    return (type == PageType.TREE_LEAF || type == PageType.TREE_INNER)
        && PageHeader.owner(page) == tree.id()
        && PageHeader.level(page) == level
        && TreePage.isSplitIncomplete(page)
        && TreePage.compare(page, TreePage.HIGH_KEY_SLOT, separator, separator.length) == 0;
  }

  private static void setSplitIncomplete(MiniTransaction mtr, PageFrame frame, boolean incomplete) {
    MemorySegment page = frame.page();
    int flags = PageHeader.flags(page) & ~TreePage.SPLIT_INCOMPLETE;
    mtr.header(
        frame,
        PageHeader.level(page),
        incomplete ? flags | TreePage.SPLIT_INCOMPLETE : flags,
        PageHeader.owner(page),
        PageHeader.extra(page));
  }

  private static void pushDownRoot(BTree tree, MiniTransaction mtr, PageFrame root) {
    MemorySegment page = root.page();
    int level = PageHeader.level(page);
    List<byte[]> items = items(page, 0, SlottedPage.slotCount(page));
    PageFrame child = Tablespaces.allocate(mtr, tree.spaceId());
    mtr.pageFormat(child, PageHeader.type(page), level, 0, tree.id());
    mtr.itemsInsert(child, 0, items);
    mtr.pageFormat(root, PageType.TREE_INNER, level + 1, 0, tree.id());
    mtr.itemsInsert(
        root,
        0,
        List.of(TreePage.highKeyItem(NOTHING, 0), TreePage.childItem(NOTHING, 0, child.pageNo())));
  }

  /// Splits a page for an item whose place is `found` as [TreePage#find] told; returns the
  /// separator.
  private static byte[] split(
      BTree tree,
      MiniTransaction mtr,
      PageFrame left,
      byte[] key,
      int length,
      int found,
      int itemBytes) {
    MemorySegment page = left.page();
    boolean leaf = PageHeader.level(page) == 0;
    int count = SlottedPage.slotCount(page);
    int place = found > 0 ? found : -1 - found;
    int boundary = boundary(left, leaf, found > 0, place, itemBytes);
    byte[] separator = separator(page, leaf, boundary, key, length);
    byte[] highKey = TreePage.highKeyItem(separator, separator.length);
    if (boundary == count
        && !SlottedPage.fitsReplacing(page, TreePage.HIGH_KEY_SLOT, highKey.length)) {
      boundary = count - 1;
      separator = separator(page, leaf, boundary, key, length);
      highKey = TreePage.highKeyItem(separator, separator.length);
    }

    List<byte[]> moved = items(page, boundary, count);
    moved.addFirst(SlottedPage.item(page, TreePage.HIGH_KEY_SLOT));
    if (!leaf) {
      moved.set(1, TreePage.childItem(NOTHING, 0, TreePage.child(page, boundary)));
    }
    PageFrame right = Tablespaces.allocate(mtr, tree.spaceId());
    mtr.pageFormat(right, PageHeader.type(page), PageHeader.level(page), 0, tree.id());
    mtr.siblings(right, PageHeader.NO_PAGE, PageHeader.right(page));
    mtr.itemsInsert(right, 0, moved);
    if (boundary < count) {
      mtr.itemDelete(left, boundary, count - boundary);
    }
    mtr.itemReplace(left, TreePage.HIGH_KEY_SLOT, highKey);
    mtr.siblings(left, PageHeader.NO_PAGE, right.pageNo());
    setSplitIncomplete(mtr, left, true);
    return separator;
  }

  /// The first slot that moves to the right; the slot count if only the new item is to be there.
  private static int boundary(
      PageFrame frame, boolean leaf, boolean replacing, int place, int itemBytes) {
    MemorySegment page = frame.page();
    int count = SlottedPage.slotCount(page);
    boolean ascending = !replacing && frame.ascendingInsertsUpTo(place) >= ASCENDING_RUN;
    if (!replacing && place == count && (ascending || TreePage.isRightmost(page))) {
      return leaf ? count : count - 1;
    }
    if (ascending && place > TreePage.FIRST_SLOT && roomWithout(page, place) >= itemBytes) {
      return place;
    }
    return middle(page, place, itemBytes);
  }

  private static int roomWithout(MemorySegment page, int firstSlot) {
    int room = SlottedPage.freeBytes(page) - TreePage.ITEM_OVERHEAD_BYTES;
    for (int slot = firstSlot; slot < SlottedPage.slotCount(page); slot++) {
      room += SlottedPage.itemLength(page, slot) + TreePage.ITEM_OVERHEAD_BYTES;
    }
    return room;
  }

  /// The boundary that leaves both pages with most nearly the same bytes, the new item counted.
  private static int middle(MemorySegment page, int place, int itemBytes) {
    int count = SlottedPage.slotCount(page);
    int total = itemBytes;
    for (int slot = TreePage.FIRST_SLOT; slot < count; slot++) {
      total += SlottedPage.itemLength(page, slot) + TreePage.ITEM_OVERHEAD_BYTES;
    }
    int left = 0;
    int best = TreePage.FIRST_SLOT + 1;
    int bestDifference = Integer.MAX_VALUE;
    for (int boundary = TreePage.FIRST_SLOT + 1; boundary < count; boundary++) {
      left += SlottedPage.itemLength(page, boundary - 1) + TreePage.ITEM_OVERHEAD_BYTES;
      left += boundary - 1 == place ? itemBytes : 0;
      int difference = Math.abs(total - 2 * left);
      if (difference < bestDifference) {
        best = boundary;
        bestDifference = difference;
      }
    }
    return best;
  }

  /// The shortest key that is above the last one left and not above the first one right.
  private static byte[] separator(
      MemorySegment page, boolean leaf, int boundary, byte[] key, int length) {
    byte[] first =
        boundary == SlottedPage.slotCount(page)
            ? Arrays.copyOf(key, length)
            : TreePage.key(page, boundary);
    if (!leaf) {
      return first;
    }
    byte[] last = TreePage.key(page, boundary - 1);
    int same = Arrays.mismatch(last, first);
    return Arrays.copyOf(first, same + 1);
  }

  private static List<byte[]> items(MemorySegment page, int first, int end) {
    List<byte[]> items = new ArrayList<>(end - first + 1);
    for (int slot = first; slot < end; slot++) {
      items.add(SlottedPage.item(page, slot));
    }
    return items;
  }
}
