package io.tidemark.engine.mtr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.StoreVerifier;
import io.tidemark.engine.TestStore;
import io.tidemark.engine.buffer.LatchLevel;
import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.page.PageType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MiniTransactionTest {
  private static final int SPACE = 5;

  @Test
  void refusesLatchesAgainstTheOrder() {
    try (TestStore store = TestStore.create(64)) {
      PageId page = newPage(store);
      try (MiniTransaction mtr = store.mtrs.begin()) {
        Tablespaces.latchHeader(mtr, SPACE);
        assertThatThrownBy(() -> mtr.latchExclusive(page, LatchLevel.UNDO))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("latch order");
      }
      try (MiniTransaction mtr = store.mtrs.begin()) {
        mtr.latchShared(page, LatchLevel.UNDO);
        assertThat(mtr.latchShared(page, LatchLevel.TREE).pageNo()).isEqualTo(page.pageNo());
        assertThatThrownBy(() -> mtr.latchExclusive(page, LatchLevel.UNDO))
            .hasMessageContaining("latched shared");
      }
      store.checkNotFailed();
    }
  }

  @Test
  void stopsTheEngineWhenAbandonedAfterAChange() {
    try (TestStore store = TestStore.create(64)) {
      PageId page = newPage(store);
      try (MiniTransaction mtr = store.mtrs.begin()) {
        mtr.itemInsert(mtr.latchExclusive(page, LatchLevel.UNDO), 0, new byte[5]);
      }
      assertThat(store.failure.get()).hasMessageContaining("abandoned");
      assertThatThrownBy(() -> newPage(store)).hasMessageContaining("writing has stopped");
    }
  }

  @Test
  void setsThePageLsnOfChangedPagesOnly() {
    try (TestStore store = TestStore.create(64)) {
      PageId changed = newPage(store);
      PageId latched = newPage(store);
      long before = store.pool.read(latched, PageHeader::pageLsn);
      long lsn;
      try (MiniTransaction mtr = store.mtrs.begin()) {
        PageFrame first = mtr.latchExclusive(changed, LatchLevel.UNDO);
        mtr.latchExclusive(latched, LatchLevel.UNDO);
        mtr.itemsInsert(first, 0, List.of(new byte[3], new byte[4]));
        mtr.itemPatch(first, 1, 2, new byte[] {9});
        mtr.itemReplace(first, 0, new byte[8]);
        mtr.itemDelete(first, 0, 1);
        lsn = mtr.commit();
      }
      assertThat(store.pool.<Long>read(changed, PageHeader::pageLsn)).isEqualTo(lsn);
      assertThat(store.pool.<Long>read(latched, PageHeader::pageLsn)).isEqualTo(before);
      StoreVerifier.verifyEqualPages(store);
    }
  }

  @Test
  void givesFreedPagesOutAgain() {
    try (TestStore store = TestStore.create(64)) {
      Set<PageId> pages = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        pages.add(newPage(store));
      }
      assertThat(pages).hasSize(10);
      for (PageId page : pages) {
        try (MiniTransaction mtr = store.mtrs.begin()) {
          Tablespaces.free(mtr, mtr.latchExclusive(page, LatchLevel.UNDO));
          mtr.commit();
        }
      }
      PageId header = new PageId(SPACE, 0);
      assertThat(store.pool.<Integer>read(header, Tablespaces::freeCount)).isEqualTo(10);
      Set<PageId> again = new HashSet<>();
      for (int i = 0; i < 10; i++) {
        again.add(newPage(store));
      }
      assertThat(again).isEqualTo(pages);
      assertThat(store.pool.<Integer>read(header, Tablespaces::freeCount)).isZero();
      StoreVerifier.verifyEqualPages(store);
    }
  }

  private static PageId newPage(TestStore store) {
    try (MiniTransaction mtr = store.mtrs.begin()) {
      PageFrame frame = Tablespaces.allocate(mtr, SPACE);
      mtr.pageFormat(frame, PageType.UNDO, 0, 0, 1);
      PageId id = frame.id();
      mtr.commit();
      return id;
    }
  }
}
