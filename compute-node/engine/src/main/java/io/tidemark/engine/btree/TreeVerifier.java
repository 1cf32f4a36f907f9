package io.tidemark.engine.btree;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks a whole tree that nobody writes to meanwhile: type, owner and level of each page; order
/// within pages; keys below the high key; each level chained by right links; each page but those of
/// incomplete splits entered in its parent under the high key of its left neighbour; no page twice.
public final class TreeVerifier {
  private final BTree tree;
  private final Set<Integer> seen = new HashSet<>();
  private long entries;
  private int incompleteSplits;

  private TreeVerifier(BTree tree) {
    this.tree = tree;
  }

  /// @throws Corrupt naming the first page that does not check
  public static Result verify(BTree tree) {
    return new TreeVerifier(tree).run();
  }

  private Result run() {
    MemorySegment root = copy(tree.rootPageNo());
    int levels = PageHeader.level(root) + 1;
    if (!TreePage.isRightmost(root)) {
      throw wrong(tree.rootPageNo(), "the root has a right sibling");
    }
    List<Child> expected = List.of(new Child(tree.rootPageNo(), new byte[0]));
    for (int level = levels - 1; level >= 0; level--) {
      expected = verifyLevel(level, expected);
    }
    return new Result(entries, seen.size(), levels, incompleteSplits, Set.copyOf(seen));
  }

  /// Walks a level along its right links next to the entries of the level above.
  private List<Child> verifyLevel(int level, List<Child> expected) {
    List<Child> children = new ArrayList<>();
    int pageNo = expected.getFirst().pageNo;
    byte[] low = new byte[0];
    int index = 0;
    boolean missing = false;
    while (pageNo != PageHeader.NO_PAGE) {
      if (index < expected.size() && expected.get(index).pageNo == pageNo) {
        if (!Arrays.equals(expected.get(index).separator, low)) {
          throw wrong(pageNo, "its separator in the parent is not its left neighbour's high key");
        }
        if (missing) {
          throw wrong(pageNo, "its left neighbour's split is marked incomplete, but it is entered");
        }
        index++;
      } else if (!missing) {
        throw wrong(pageNo, "not entered in the parent, and no split is marked incomplete");
      } else {
        incompleteSplits++;
      }
      MemorySegment page = copy(pageNo);
      if (!seen.add(pageNo)) {
        throw wrong(pageNo, "reached twice");
      }
      verifyPage(pageNo, page, level, low);
      if (level > 0) {
        collectChildren(page, low, children);
      }
      missing = TreePage.isSplitIncomplete(page);
      low = TreePage.key(page, TreePage.HIGH_KEY_SLOT);
      pageNo = PageHeader.right(page);
    }
    if (index != expected.size()) {
      throw wrong(expected.get(index).pageNo, "entered in the parent, not reached by right links");
    }
    return children;
  }

  private void verifyPage(int pageNo, MemorySegment page, int level, byte[] low) {
    PageType type = level == 0 ? PageType.TREE_LEAF : PageType.TREE_INNER;
    if (PageHeader.type(page) != type
        || PageHeader.level(page) != level
        || PageHeader.owner(page) != tree.id()
        || !PageHeader.pageId(page).equals(tree.pageId(pageNo))) {
      throw wrong(
          pageNo,
          "expected %s level %d of %d, found %s level %d of %d"
              .formatted(
                  type,
                  level,
                  tree.id(),
                  PageHeader.type(page),
                  PageHeader.level(page),
                  PageHeader.owner(page)));
    }
    int count = SlottedPage.slotCount(page);
    if (count < (level == 0 ? 1 : 2)) {
      throw wrong(pageNo, "has " + count + " items");
    }
    byte[] high = TreePage.key(page, TreePage.HIGH_KEY_SLOT);
    if (TreePage.isRightmost(page) ? high.length > 0 : Arrays.compareUnsigned(high, low) <= 0) {
      throw wrong(pageNo, "high key is wrong");
    }
    byte[] before = low;
    for (int slot = TreePage.FIRST_SLOT; slot < count; slot++) {
      byte[] key = TreePage.key(page, slot);
      boolean leftmostChild = level > 0 && slot == TreePage.FIRST_SLOT;
      if (leftmostChild) {
        if (key.length > 0) {
          throw wrong(pageNo, "the first child has a separator");
        }
        continue;
      }
      int order = Arrays.compareUnsigned(before, key);
      if (order > 0 || (order == 0 && (slot > TreePage.FIRST_SLOT || level > 0))) {
        throw wrong(pageNo, "slot " + slot + " is out of order");
      }
      if (!TreePage.isRightmost(page) && Arrays.compareUnsigned(key, high) >= 0) {
        throw wrong(pageNo, "slot " + slot + " is not below the high key");
      }
      before = key;
    }
    entries += level == 0 ? count - 1 : 0;
  }

  private static void collectChildren(MemorySegment page, byte[] low, List<Child> children) {
    for (int slot = TreePage.FIRST_SLOT; slot < SlottedPage.slotCount(page); slot++) {
      byte[] separator = slot == TreePage.FIRST_SLOT ? low : TreePage.key(page, slot);
      children.add(new Child(TreePage.child(page, slot), separator));
    }
  }

  private MemorySegment copy(int pageNo) {
    PageId id = tree.pageId(pageNo);
    return tree.pool().read(id, page -> MemorySegment.ofArray(page.toArray(PageHeader.BYTE)));
  }

  private Corrupt wrong(int pageNo, String what) {
    return new Corrupt("tree %s, page %d/%d: %s".formatted(tree, tree.spaceId(), pageNo, what));
  }

  /// @param pages pages of the tree, the root included
  public record Result(
      long entries, int pages, int levels, int incompleteSplits, Set<Integer> pageNos) {}

  /// An entry of an inner page.
  private static final class Child {
    private final int pageNo;
    private final byte[] separator;

    Child(int pageNo, byte[] separator) {
      this.pageNo = pageNo;
      this.separator = separator;
    }
  }
}
