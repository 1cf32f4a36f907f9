package io.tidemark.engine.btree;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.engine.StoreVerifier;
import io.tidemark.engine.TestStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Writers, each with its own keys spread over the same leaves, and readers beside them; then the
/// tree equals the union of the writers' models.
class ConcurrentTreeTest {
  private static final int SPACE = 5;
  private static final int STABLE = 300;

  @ParameterizedTest
  @CsvSource({
    // seed, frames, writers, readers, virtual
    "1, 1000, 4, 2, false",
    "2, 64, 4, 2, false",
    "3, 64, 8, 4, true",
    "4, 48, 3, 3, false",
    "5, 1000, 32, 8, true",
    "6, 2000, 2, 1, false"
  })
  void writersAndReadersAgree(long seed, int frames, int writers, int readers, boolean virtual)
      throws ExecutionException, InterruptedException, TimeoutException {
    System.out.println("seed " + seed);
    ThreadFactory threads = virtual ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
    try (TestStore store = TestStore.create(frames);
        ExecutorService executor = Executors.newThreadPerTaskExecutor(threads)) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      for (int i = 0; i < STABLE; i++) {
        TreeOperations.put(store.mtrs, tree, stableKey(i), stableKey(i));
      }
      AtomicBoolean stop = new AtomicBoolean();
      List<Future<?>> reading = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        int number = i;
        reading.add(executor.submit(() -> read(tree, stop, new Random(seed * 100 + number))));
      }
      // Where most pages are read again and again, fewer will do.
      int operations = frames < 100 ? 12_000 : 40_000;
      List<Future<TreeMap<byte[], byte[]>>> writing = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int number = i;
        writing.add(
            executor.submit(
                () -> write(store, tree, number, operations / writers, new Random(seed + number))));
      }
      TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
      try {
        for (Future<TreeMap<byte[], byte[]>> one : writing) {
          model.putAll(one.get(120, TimeUnit.SECONDS));
        }
      } finally {
        stop.set(true);
      }
      for (Future<?> one : reading) {
        one.get(60, TimeUnit.SECONDS);
      }
      for (int i = 0; i < STABLE; i++) {
        model.put(stableKey(i), stableKey(i));
      }
      store.checkNotFailed();
      BTreeCursor cursor = tree.cursor();
      cursor.seekFirst();
      for (var entry : model.entrySet()) {
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.key()).isEqualTo(entry.getKey());
        assertThat(cursor.value()).isEqualTo(entry.getValue());
      }
      assertThat(cursor.next()).isFalse();
      TreeVerifier.Result result = StoreVerifier.verifySpace(store, tree);
      assertThat(result.entries()).isEqualTo(model.size());
      assertThat(result.incompleteSplits()).isZero();
      StoreVerifier.verifyEqualPages(store);
    }
  }

  @Test
  void readersGetThroughThoughOneLeafIsWrittenAllTheTime() throws Exception {
    try (TestStore store = TestStore.create(64);
        ExecutorService executor = Executors.newCachedThreadPool()) {
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      byte[] hot = stableKey(7);
      TreeOperations.put(store.mtrs, tree, hot, new byte[8]);
      AtomicBoolean stop = new AtomicBoolean();
      List<Future<?>> writing = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        writing.add(
            executor.submit(() -> {
              while (!stop.get()) {
                TreeOperations.put(store.mtrs, tree, hot, new byte[8]);
              }
            }));
      }
      try {
        EntryReader reader = tree.newReader();
        BTreeCursor cursor = tree.cursor();
        for (int i = 0; i < 20_000; i++) {
          assertThat(tree.search(hot, reader)).isTrue();
          cursor.seek(hot, true);
          assertThat(cursor.next()).isTrue();
        }
      } finally {
        stop.set(true);
      }
      for (Future<?> one : writing) {
        one.get(60, TimeUnit.SECONDS);
      }
      store.checkNotFailed();
    }
  }

  private static TreeMap<byte[], byte[]> write(
      TestStore store, BTree tree, int writer, int operations, Random random) {
    TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    for (int i = 0; i < operations; i++) {
      // Waves of growing and shrinking, so that leaves come and go.
      boolean shrinking = i * 6 / operations % 2 == 1;
      byte[] key = ByteBuffer.allocate(5).putInt(random.nextInt(4000)).put((byte) writer).array();
      if (random.nextInt(10) < (shrinking ? 8 : 1)) {
        byte[] victim = model.ceilingKey(key);
        if (victim != null) {
          model.remove(victim);
          assertThat(TreeOperations.delete(store.mtrs, tree, victim)).isTrue();
        } else {
          assertThat(TreeOperations.delete(store.mtrs, tree, key)).isFalse();
        }
      } else {
        byte[] value = new byte[random.nextInt(400)];
        random.nextBytes(value);
        TreeOperations.put(store.mtrs, tree, key, value);
        model.put(key, value);
      }
    }
    return model;
  }

  private static void read(BTree tree, AtomicBoolean stop, Random random) {
    EntryReader reader = tree.newReader();
    BTreeCursor cursor = tree.cursor();
    do {
      for (int i = 0; i < 20; i++) {
        byte[] key = stableKey(random.nextInt(STABLE));
        assertThat(tree.search(key, reader)).isTrue();
        assertThat(reader.toArray()).isEqualTo(key);
      }
      boolean up = random.nextBoolean();
      int from = random.nextInt(STABLE);
      if (up) {
        cursor.seek(stableKey(from), true);
      } else {
        cursor.seekDown(stableKey(from), true);
      }
      scan(cursor, up, from, 1 + random.nextInt(40));
      // A virtual thread is never taken off its carrier against its will, and yielding would keep
      // those waiting who are woken from outside.
      LockSupport.parkNanos(1);
    } while (!stop.get());
  }

  /// Keys come in order, and none that is always there is left out.
  private static void scan(BTreeCursor cursor, boolean up, int from, int count) {
    int expected = from;
    byte[] before = null;
    while (expected >= 0 && expected < STABLE && Math.abs(expected - from) < count) {
      assertThat(cursor.next()).isTrue();
      byte[] key = cursor.key();
      if (before != null) {
        int order = Arrays.compareUnsigned(before, key);
        assertThat(up ? order : -order).isNegative();
      }
      before = key;
      if (key.length == 4) {
        assertThat(key).isEqualTo(stableKey(expected));
        assertThat(cursor.value()).isEqualTo(key);
        expected += up ? 1 : -1;
      }
    }
  }

  private static byte[] stableKey(int i) {
    return ByteBuffer.allocate(4).putInt(i * (4000 / STABLE)).array();
  }
}
