package io.tidemark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.TreeVerifier;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Checks of a whole store that nobody writes to meanwhile.
public final class StoreVerifier {
  private StoreVerifier() {}

  /// Every page in the pool has the bytes that replaying the log gives.
  public static void verifyEqualPages(TestStore store) {
    store.sync();
    Map<Long, MemorySegment> replayed = store.pages.snapshot();
    store.pool.forEachPage(frame -> {
      MemorySegment expected = replayed.get(frame.packedId());
      long difference = expected == null ? -1 : frame.page().mismatch(expected);
      if (expected == null || difference >= 0) {
        throw new AssertionError(
            "page %s differs from its replay at byte %d".formatted(frame.id(), difference));
      }
    });
  }

  /// Every page of a tablespace with one tree is its header, in the tree, or free.
  public static TreeVerifier.Result verifySpace(TestStore store, BTree tree) {
    TreeVerifier.Result result = TreeVerifier.verify(tree);
    Set<Integer> used = new HashSet<>(result.pageNos());
    PageId headerId = new PageId(tree.spaceId(), 0);
    int extent = store.pool.read(headerId, Tablespaces::extent);
    int freeCount = store.pool.read(headerId, Tablespaces::freeCount);
    int free = store.pool.read(headerId, Tablespaces::freeHead);
    int counted = 0;
    while (free != PageHeader.NO_PAGE) {
      assertThat(used.add(free)).as("page %d free and used", free).isTrue();
      counted++;
      PageId id = new PageId(tree.spaceId(), free);
      assertThat(store.pool.<PageType>read(id, PageHeader::type)).isEqualTo(PageType.FREE);
      free = store.pool.read(id, PageHeader::right);
    }
    assertThat(counted).isEqualTo(freeCount);
    assertThat(used).as("pages in use or free").hasSize(extent - 1);
    return result;
  }
}
