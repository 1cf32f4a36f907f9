package io.tidemark.engine.btree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.ReplayedPages;
import io.tidemark.engine.StoreVerifier;
import io.tidemark.engine.TestStore;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Lsn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Crashes behind each mtr of a workload, between the two of a split too: the tree verifies, equals
/// the model at that LSN, and can be written to.
class TreeCrashTest {
  private static final int SPACE = 5;
  private static final byte[] NOTHING = {};

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void survivesACrashBehindEachMtr(long seed) {
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    TreeMap<Long, List<Change>> changes = new TreeMap<>();
    MemoryRedoLog log;
    long created;
    int root;
    try (TestStore store = TestStore.create(64)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      root = tree.rootPageNo();
      created = store.logBuffer.appendLsn();
      TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
      for (int i = 0; i < 700; i++) {
        change(store, tree, model, changes, random, i >= 400);
      }
      store.sync();
      log = ReplayedPages.byMtr(store.log);
    }
    int incomplete = 0;
    for (Lsn end : log.frameEnds()) {
      if (end.value() >= created) {
        TreeMap<byte[], byte[]> model = modelAt(changes, end.value());
        incomplete += reopen(log.cut(end), root, model, random);
      }
    }
    assertThat(incomplete).as("crashes inside a split").isPositive();
  }

  private static void change(
      TestStore store,
      BTree tree,
      TreeMap<byte[], byte[]> model,
      TreeMap<Long, List<Change>> changes,
      Random random,
      boolean shrinking) {
    byte[] key = new byte[1 + random.nextInt(30)];
    random.nextBytes(key);
    byte[] victim = model.ceilingKey(key);
    if (random.nextInt(10) == 0) {
      insertRun(store, tree, model, changes, key, random);
    } else if (victim != null && random.nextInt(10) < (shrinking ? 9 : 1)) {
      // A removal of the emptied leaf follows in an mtr of its own; the change is in the first.
      try (var mtr = store.mtrs.begin()) {
        LeafPosition position = tree.seekForWrite(mtr, victim, 0);
        boolean emptied = position.delete();
        changes.put(mtr.commit(), List.of(new Change(victim, NOTHING, true)));
        if (emptied) {
          tree.removeEmptyLeaf(store.mtrs, victim);
        }
      }
      model.remove(victim);
    } else {
      byte[] value = new byte[random.nextInt(1500)];
      random.nextBytes(value);
      long lsn = TreeOperations.put(store.mtrs, tree, key, value);
      changes.put(lsn, List.of(new Change(key, value, false)));
      model.put(key, value);
    }
  }

  /// A few entries in one mtr: all of them are there after a crash, or none.
  private static void insertRun(
      TestStore store,
      BTree tree,
      TreeMap<byte[], byte[]> model,
      TreeMap<Long, List<Change>> changes,
      byte[] from,
      Random random) {
    TreeOperations.Entries entries = new TreeOperations.Entries();
    for (int i = 0; i < 6; i++) {
      byte[] key = Arrays.copyOf(from, from.length + 1);
      key[from.length] = (byte) i;
      if (!model.containsKey(key)) {
        entries.add(key, new byte[random.nextInt(random.nextInt(4) == 0 ? 2500 : 100)]);
      }
    }
    for (int next = 0; next < entries.size(); ) {
      List<Change> together = new ArrayList<>();
      try (MiniTransaction mtr = store.mtrs.begin()) {
        int end = next + TreeOperations.takeRun(mtr, tree, entries, next);
        for (; next < end; next++) {
          together.add(new Change(entries.key(next), entries.value(next), false));
          model.put(entries.key(next), entries.value(next));
        }
        changes.put(mtr.commit(), together);
      }
    }
  }

  private static int reopen(
      MemoryRedoLog log, int root, TreeMap<byte[], byte[]> model, Random random) {
    try (TestStore store = TestStore.open(log, 64)) {
      BTree tree = new BTree(store.pool, SPACE, root, 7);
      TreeVerifier.Result result = StoreVerifier.verifySpace(store, tree);
      assertThat(result.entries()).isEqualTo(model.size());
      BTreeCursor cursor = tree.cursor();
      cursor.seekFirst();
      for (Map.Entry<byte[], byte[]> entry : model.entrySet()) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key()).isEqualTo(entry.getKey());
        assertThat(cursor.value()).isEqualTo(entry.getValue());
      }
      if (random.nextInt(8) == 0 || result.incompleteSplits() > 0) {
        writeMore(store, tree, random);
      }
      return result.incompleteSplits();
    }
  }

  private static void writeMore(TestStore store, BTree tree, Random random) {
    for (int i = 0; i < 60; i++) {
      byte[] key = new byte[4];
      random.nextBytes(key);
      TreeOperations.put(store.mtrs, tree, key, new byte[1000]);
    }
    StoreVerifier.verifySpace(store, tree);
    StoreVerifier.verifyEqualPages(store);
  }

  private static TreeMap<byte[], byte[]> modelAt(TreeMap<Long, List<Change>> changes, long lsn) {
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    for (List<Change> together : changes.headMap(lsn, true).values()) {
      for (Change change : together) {
        if (change.delete) {
          model.remove(change.key);
        } else {
          model.put(change.key, change.value);
        }
      }
    }
    return model;
  }

  private static final class Change {
    private final byte[] key;
    private final byte[] value;
    private final boolean delete;

    Change(byte[] key, byte[] value, boolean delete) {
      this.key = key;
      this.value = value;
      this.delete = delete;
    }
  }
}
