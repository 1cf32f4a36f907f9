package io.tidemark.engine.table;

import io.tidemark.engine.btree.TreeVerifier;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.overflow.OverflowStore;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import java.util.BitSet;

/// What the pages of a table's tablespace are used for: the header, the trees, the overflow chains
/// of rows, the free list. What is left over is the chains of older versions and the trees of
/// dropped indexes, until they are removed; afterwards nothing.
///
/// Confined to one thread, at a moment at which nobody changes the table.
final class SpaceCensus {
  private final BufferPool pool;
  private final int spaceId;
  private final int extent;
  private final BitSet used = new BitSet();

  SpaceCensus(BufferPool pool, int spaceId) {
    this.pool = pool;
    this.spaceId = spaceId;
    this.extent = pool.read(new PageId(spaceId, 0), Tablespaces::extent);
    use(0, "the header");
  }

  void addTree(TreeVerifier.Result tree) {
    tree.pageNos().forEach(pageNo -> use(pageNo, "a tree"));
  }

  /// Adds the chain of a row's value, if it has one.
  void addChain(byte[] value) {
    int flags = ClusteredValue.flags(value, 0);
    byte[] reference = ClusteredValue.reference(value, flags, value.length);
    if (reference.length > 0) {
      long owner = ClusteredValue.referenceOwner(reference);
      int first = ClusteredValue.referencePage(reference);
      for (int pageNo : OverflowStore.pages(pool, spaceId, owner, first)) {
        use(pageNo, "an overflow chain");
      }
    }
  }

  /// Adds the free list and tells the result.
  TableVerifier.Space finish() {
    PageId header = new PageId(spaceId, 0);
    int expected = pool.read(header, Tablespaces::freeCount);
    int free = 0;
    int pageNo = pool.read(header, Tablespaces::freeHead);
    while (pageNo != PageHeader.NO_PAGE) {
      use(pageNo, "the free list");
      free++;
      PageId page = new PageId(spaceId, pageNo);
      PageType type = pool.read(page, PageHeader::type);
      if (type != PageType.FREE) {
        throw new Corrupt("page %s: expected FREE, found %s".formatted(page, type));
      }
      pageNo = pool.read(page, PageHeader::right);
    }
    if (free != expected) {
      throw new Corrupt(
          "tablespace %d: expected %d free pages, found %d".formatted(spaceId, expected, free));
    }
    return new TableVerifier.Space(extent, free, extent - used.cardinality());
  }

  private void use(int pageNo, String by) {
    if (pageNo >= extent || used.get(pageNo)) {
      throw new Corrupt(
          "page %d/%d: found in %s; expected a page below %d that nothing else uses"
              .formatted(spaceId, pageNo, by, extent));
    }
    used.set(pageNo);
  }
}
