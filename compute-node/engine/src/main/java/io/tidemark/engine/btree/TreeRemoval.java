package io.tidemark.engine.btree;

import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import io.tidemark.storage.page.SlottedPage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Frees all pages of a tree that nobody uses any more, one mtr each: the levels from the leaves
/// up, each from its right end, the root last.
///
/// So wherever a crash ends it, what is left of a level is reached from the root by the leftmost
/// children and then by right links, up to the first page that is not the tree's any more; doing it
/// again frees the rest.
final class TreeRemoval {
  private final BTree tree;
  private final MiniTransactions mtrs;
  private final BufferPool pool;

  /// @param level -1 if the page is not the tree's
  /// @param down the leftmost child of an inner page
  private record Link(int level, int right, int down) {
    static final Link NONE = new Link(-1, PageHeader.NO_PAGE, PageHeader.NO_PAGE);
  }

  TreeRemoval(BTree tree, MiniTransactions mtrs) {
    this.tree = tree;
    this.mtrs = mtrs;
    this.pool = tree.pool();
  }

  void run() {
    int top = read(tree.rootPageNo()).level;
    for (int level = 0; level < top; level++) {
      int[] pages = pagesOf(level);
      for (int i = pages.length - 1; i >= 0; i--) {
        free(pages[i]);
      }
    }
    free(tree.rootPageNo());
  }

  /// What is left of a level, from the left.
  private int[] pagesOf(int level) {
    int pageNo = tree.rootPageNo();
    Link link = read(pageNo);
    while (link.level > level) {
      pageNo = link.down;
      link = read(pageNo);
    }
    int[] pages = new int[64];
    int count = 0;
    while (link.level == level) {
      if (count == pages.length) {
        pages = Arrays.copyOf(pages, 2 * count);
      }
      pages[count++] = pageNo;
      pageNo = link.right;
      link = pageNo == PageHeader.NO_PAGE ? Link.NONE : read(pageNo);
    }
    return Arrays.copyOf(pages, count);
  }

  private Link read(int pageNo) {
    return pool.read(
        tree.pageId(pageNo),
        page -> {
          if (!isOwned(page)) {
            return Link.NONE;
          }
          boolean inner = PageHeader.type(page) == PageType.TREE_INNER;
          int down =
              inner && SlottedPage.slotCount(page) > TreePage.FIRST_SLOT
                  ? TreePage.child(page, TreePage.FIRST_SLOT)
                  : PageHeader.NO_PAGE;
          return new Link(PageHeader.level(page), PageHeader.right(page), down);
        });
  }

  private boolean isOwned(MemorySegment page) {
    PageType type = PageHeader.type(page);
    return (type == PageType.TREE_LEAF || type == PageType.TREE_INNER)
        && PageHeader.owner(page) == tree.id();
  }

  private void free(int pageNo) {
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame frame = mtr.latchExclusive(tree.pageId(pageNo), LatchLevel.TREE);
      if (isOwned(frame.page())) {
        Tablespaces.latchHeader(mtr, tree.spaceId());
        Tablespaces.free(mtr, frame);
        mtr.commit();
      }
    }
  }
}
