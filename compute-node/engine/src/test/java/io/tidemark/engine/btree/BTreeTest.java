package io.tidemark.engine.btree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.StoreVerifier;
import io.tidemark.engine.TestStore;
import io.tidemark.engine.mtr.MiniTransaction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BTreeTest {
  private static final int SPACE = 5;

  @Test
  void findsWhatWasInserted() {
    try (TestStore store = TestStore.create(1000)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      for (int i = 0; i < 20_000; i++) {
        TreeOperations.put(store.mtrs, tree, key(i), value(i, 100));
      }
      EntryReader reader = tree.newReader();
      for (int i = 0; i < 20_000; i++) {
        assertThat(tree.search(key(i), reader)).isTrue();
        assertThat(reader.toArray()).isEqualTo(value(i, 100));
      }
      assertThat(tree.search(key(20_000), reader)).isFalse();
      TreeVerifier.Result result = TreeVerifier.verify(tree);
      assertThat(result.entries()).isEqualTo(20_000);
      // Ascending inserts fill their pages.
      assertThat(result.pages()).isLessThan(20_000 / 138);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void equalsASortedMap(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (TestStore store = TestStore.create(seed % 2 == 0 ? 64 : 1000)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
      int maxValue = seed % 3 == 0 ? 3000 : 300;
      for (int round = 0; round < 6; round++) {
        boolean shrinking = round % 2 == 1;
        for (int i = 0; i < 5000; i++) {
          byte[] key = randomKey(random);
          if (random.nextInt(20) == 0) {
            insertRuns(store, tree, model, random, shrinking ? 4 : 60);
          } else if (random.nextInt(10) < (shrinking ? 8 : 2)) {
            byte[] existing = model.ceilingKey(key);
            byte[] victim = existing == null ? key : existing;
            assertThat(TreeOperations.delete(store.mtrs, tree, victim))
                .isEqualTo(model.remove(victim) != null);
          } else {
            byte[] value = value(random.nextInt(), random.nextInt(maxValue));
            TreeOperations.put(store.mtrs, tree, key, value);
            model.put(key, value);
          }
        }
        checkEquals(store, tree, model, random);
      }
      store.checkNotFailed();
    }
  }

  /// Inserts entries that are not there, in an order that is sometimes ascending.
  private static void insertRuns(
      TestStore store, BTree tree, TreeMap<byte[], byte[]> model, Random random, int most) {
    TreeOperations.Entries entries = new TreeOperations.Entries();
    byte[] key = randomKey(random);
    for (int i = 1 + random.nextInt(most); i > 0; i--) {
      if (!model.containsKey(key)) {
        entries.add(key, value(i, random.nextInt(random.nextInt(50) == 0 ? 3000 : 100)));
        model.put(key, entries.value(entries.size() - 1));
      }
      key = random.nextInt(8) == 0 ? randomKey(random) : after(key, random);
    }
    for (int next = 0; next < entries.size(); ) {
      next += TreeOperations.insertRun(store.mtrs, tree, entries, next);
    }
  }

  /// A key that is mostly a little above another.
  private static byte[] after(byte[] key, Random random) {
    byte[] next = key.clone();
    int at = next.length - 1 - (random.nextInt(10) == 0 && next.length > 1 ? 1 : 0);
    next[at] += (byte) (1 + random.nextInt(3));
    return next;
  }

  private static void checkEquals(
      TestStore store, BTree tree, TreeMap<byte[], byte[]> model, Random random) {
    assertThat(StoreVerifier.verifySpace(store, tree).entries()).isEqualTo(model.size());
    StoreVerifier.verifyEqualPages(store);
    BTreeCursor cursor = tree.cursor();
    cursor.seekFirst();
    for (Map.Entry<byte[], byte[]> entry : model.entrySet()) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(entry.getKey());
      assertThat(cursor.value()).isEqualTo(entry.getValue());
    }
    assertThat(cursor.next()).isFalse();
    cursor.seekLast();
    for (Map.Entry<byte[], byte[]> entry : model.descendingMap().entrySet()) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(entry.getKey());
    }
    assertThat(cursor.next()).isFalse();
    EntryReader reader = tree.newReader();
    for (int i = 0; i < 500; i++) {
      byte[] key = i % 2 == 0 || model.isEmpty() ? randomKey(random) : anyKey(model, random);
      assertThat(tree.search(key, reader)).isEqualTo(model.containsKey(key));
      checkFirst(cursor, key, model);
    }
  }

  private static void checkFirst(BTreeCursor cursor, byte[] key, TreeMap<byte[], byte[]> model) {
    cursor.seek(key, true);
    byte[] expected = model.ceilingKey(key);
    assertThat(cursor.next() ? cursor.key() : null).isEqualTo(expected);
    cursor.seek(key, false);
    expected = model.higherKey(key);
    assertThat(cursor.next() ? cursor.key() : null).isEqualTo(expected);
    cursor.seekDown(key, true);
    expected = model.floorKey(key);
    assertThat(cursor.next() ? cursor.key() : null).isEqualTo(expected);
    cursor.seekDown(key, false);
    expected = model.lowerKey(key);
    assertThat(cursor.next() ? cursor.key() : null).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void insertsInBulkBehindAndBetweenWhatIsThere(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    try (TestStore store = TestStore.create(400)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
      for (int round = 0; round < 3; round++) {
        TreeMap<byte[], byte[]> more = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < 3000; i++) {
          byte[] key = randomKey(random);
          if (!model.containsKey(key)) {
            more.put(key, value(i, random.nextInt(random.nextInt(10) == 0 ? 2500 : 200)));
          }
        }
        TreeOperations.Entries entries = new TreeOperations.Entries();
        more.forEach(entries::add);
        BulkInsert.insert(tree, store.mtrs, entries, entries.size());
        model.putAll(more);
        checkEquals(store, tree, model, random);
      }
    }
  }

  @Test
  void refusesMoreThanRoomWasAskedFor() {
    try (TestStore store = TestStore.create(64)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      for (int i = 0; i < 4; i++) {
        TreeOperations.put(store.mtrs, tree, key(i), value(i, BTree.MAX_ENTRY_BYTES - 8));
      }
      try (MiniTransaction mtr = store.mtrs.begin()) {
        LeafPosition position = tree.seekForWrite(mtr, key(9), 0);
        assertThatThrownBy(() -> position.insert(new byte[3900]))
            .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.seekForWrite(mtr, key(9), 0))
            .isInstanceOf(IllegalStateException.class);
      }
      try (MiniTransaction mtr = store.mtrs.begin()) {
        assertThatThrownBy(() -> tree.seekForWrite(mtr, key(9), BTree.MAX_ENTRY_BYTES + 1))
            .isInstanceOf(IllegalArgumentException.class);
      }
      store.checkNotFailed();
      assertThat(StoreVerifier.verifySpace(store, tree).entries()).isEqualTo(4);
    }
  }

  @Test
  void fillsPagesInBulk() {
    try (TestStore store = TestStore.create(1000)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      TreeOperations.Entries entries = new TreeOperations.Entries();
      for (int i = 0; i < 20_000; i++) {
        entries.add(key(i), value(i, 100));
      }
      BulkInsert.insert(tree, store.mtrs, entries, entries.size());
      TreeVerifier.Result result = StoreVerifier.verifySpace(store, tree);
      assertThat(result.entries()).isEqualTo(20_000);
      // 113 bytes an entry: 144 to a page.
      assertThat(result.pages()).isLessThan(20_000 / 140);
    }
  }

  @Test
  void tellsTheNextKeyAcrossLeaves() {
    try (TestStore store = TestStore.create(500)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      for (int i = 0; i < 1000; i++) {
        TreeOperations.put(store.mtrs, tree, key(2 * i), value(i, 200));
      }
      for (int i = 0; i < 1999; i++) {
        try (MiniTransaction mtr = store.mtrs.begin()) {
          LeafPosition position = tree.seekForWrite(mtr, key(i), 300);
          assertThat(position.found()).isEqualTo(i % 2 == 0);
          if (i < 1998) {
            assertThat(position.nextKey()).contains(key(i / 2 * 2 + 2));
          } else {
            assertThat(position.nextKey()).isEmpty();
          }
        }
      }
    }
  }

  private static byte[] anyKey(TreeMap<byte[], byte[]> model, Random random) {
    byte[] key = model.ceilingKey(randomKey(random));
    return key == null ? model.firstKey() : key;
  }

  private static byte[] randomKey(Random random) {
    byte[] key = new byte[random.nextInt(20) == 0 ? 1 + random.nextInt(900) : 3];
    random.nextBytes(key);
    return key;
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(8).putLong(i).array();
  }

  private static byte[] value(int seed, int length) {
    byte[] value = new byte[length];
    new Random(seed).nextBytes(value);
    return value;
  }
}
