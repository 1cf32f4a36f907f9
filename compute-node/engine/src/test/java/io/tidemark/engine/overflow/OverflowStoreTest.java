package io.tidemark.engine.overflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.StoreVerifier;
import io.tidemark.engine.TestStore;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverflowStoreTest {
  private static final int SPACE = 5;

  @ParameterizedTest
  @ValueSource(
      ints = {
        1,
        OverflowStore.CHUNK_BYTES - 1,
        OverflowStore.CHUNK_BYTES,
        OverflowStore.CHUNK_BYTES + 1,
        3_000_000
      })
  void readsWhatWasWrittenAndFreesAllOfIt(int length) {
    byte[] value = new byte[length];
    new Random(length).nextBytes(value);
    try (TestStore store = TestStore.create(48)) {
      int first = write(store, value);
      assertThat(OverflowStore.read(store.pool, SPACE, 77, first)).isEqualTo(value);
      assertThatThrownBy(() -> OverflowStore.read(store.pool, SPACE, 78, first))
          .isInstanceOf(Corrupt.class)
          .hasMessageContaining("owner 77");
      StoreVerifier.verifyEqualPages(store);
      OverflowStore.free(store.mtrs, SPACE, 77, first);
      OverflowStore.free(store.mtrs, SPACE, 77, first);
      PageId header = new PageId(SPACE, 0);
      int extent = store.pool.read(header, Tablespaces::extent);
      assertThat(store.pool.<Integer>read(header, Tablespaces::freeCount)).isEqualTo(extent - 1);
      assertThatThrownBy(() -> OverflowStore.read(store.pool, SPACE, 77, first))
          .isInstanceOf(Corrupt.class);
      StoreVerifier.verifyEqualPages(store);
    }
  }

  private static int write(TestStore store, byte[] value) {
    return OverflowStore.write(
        value,
        (start, next) -> {
          try (MiniTransaction mtr = store.mtrs.begin()) {
            int pageNo = OverflowStore.writePage(mtr, SPACE, 77, value, start, next);
            mtr.commit();
            return pageNo;
          }
        });
  }

  @Test
  void refusesAnEmptyValue() {
    try (TestStore store = TestStore.create(48)) {
      assertThatThrownBy(() -> write(store, new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
