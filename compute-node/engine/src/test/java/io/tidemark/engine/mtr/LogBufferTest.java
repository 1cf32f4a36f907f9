package io.tidemark.engine.mtr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.engine.StoreVerifier;
import io.tidemark.engine.TestStore;
import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.log.fault.FaultyRedoLog;
import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RecordCursor;
import io.tidemark.storage.redo.RedoRecordType;
import io.tidemark.storage.redo.Varint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LogBufferTest {
  private static final int SPACE = 5;

  @Test
  void keepsEachMtrWholeAndInTheOrderOfTheLsns() throws Exception {
    ConcurrentSkipListMap<Long, Long> committed = new ConcurrentSkipListMap<>();
    MemoryRedoLog log = MemoryRedoLog.create();
    try (TestStore store = TestStore.open(log, 64);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        int writer = i;
        running.add(
            executor.submit(() -> {
              Random random = new Random(writer);
              byte[] bytes = new byte[3000];
              for (int n = 0; n < 1000; n++) {
                long number = writer * 1000L + n;
                try (MiniTransaction mtr = store.mtrs.begin()) {
                  int length = random.nextInt(bytes.length);
                  mtr.logical(RedoRecordType.BINLOG_EVENTS, number, bytes, 0, length);
                  committed.put(mtr.commit(), number);
                }
              }
            }));
      }
      for (Future<?> one : running) {
        one.get(60, TimeUnit.SECONDS);
      }
      store.sync();
      store.checkNotFailed();
    }
    TreeMap<Long, Long> logged = new TreeMap<>();
    for (Frame frame : log.frames()) {
      frame.forEachMtr(
          frame.startLsn(),
          (end, bytes, offset, length) -> {
            RecordCursor cursor = new RecordCursor();
            cursor.reset(bytes, offset, length);
            assertThat(cursor.next()).isTrue();
            logged.put(end, Varint.read(bytes, cursor.payloadStart(), cursor.payloadEnd()));
            assertThat(cursor.next()).isFalse();
          });
    }
    assertThat(logged).isEqualTo(committed);
  }

  @Test
  void wakesAllWhoWaitForOneAppend() throws Exception {
    MemoryRedoLog log = MemoryRedoLog.create();
    try (TestStore store = TestStore.open(log, 64);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      log.holdDurability();
      CountDownLatch written = new CountDownLatch(20);
      AtomicInteger actions = new AtomicInteger();
      List<Future<?>> waiting = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        int number = i;
        waiting.add(
            executor.submit(() -> {
              long lsn = commitNumber(store, number);
              store.logBuffer.whenDurable(lsn, Durability.DISK, actions::incrementAndGet);
              written.countDown();
              store.logBuffer.awaitDurable(lsn, Durability.DISK);
              assertThat(store.logBuffer.durableLsn()).isGreaterThanOrEqualTo(lsn);
            }));
      }
      assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(waiting).noneMatch(Future::isDone);
      assertThat(actions).hasValue(0);
      log.releaseDurability();
      for (Future<?> one : waiting) {
        one.get(10, TimeUnit.SECONDS);
      }
      store.sync();
      assertThat(actions).hasValue(20);
    }
  }

  @Test
  void tellsTheHookBeforeTheLsnIsReached() {
    try (TestStore store = TestStore.open(MemoryRedoLog.create(), 64)) {
      for (int i = 0; i < 100; i++) {
        try (MiniTransaction mtr = store.mtrs.begin()) {
          mtr.logical(RedoRecordType.TRANSACTION_COMMIT, i);
          long lsn =
              mtr.commit(hooked -> {
                assertThat(store.logBuffer.publishedLsn()).isLessThan(hooked);
                assertThat(store.logBuffer.appendLsn()).isGreaterThanOrEqualTo(hooked);
              });
          assertThat(store.logBuffer.publishedLsn()).isEqualTo(lsn);
        }
      }
    }
  }

  @Test
  void refusesChangesWhileTheLogIsFullAndGoesOnAfterwards() {
    MemoryRedoLog log = MemoryRedoLog.create();
    FaultyRedoLog faulty = new FaultyRedoLog(log);
    try (TestStore store = TestStore.open(log, faulty, 256)) {
      store.createSpace(SPACE);
      BTree tree = BTree.create(store.mtrs, SPACE, 7);
      for (int i = 0; i < 100; i++) {
        insert(store, tree, i);
      }
      store.sync();
      faulty.fillDisk();
      int refusedAt = 100;
      boolean refused = false;
      while (!refused && refusedAt < 10_000) {
        try {
          insert(store, tree, refusedAt);
          refusedAt++;
        } catch (Exhausted e) {
          refused = true;
        }
      }
      assertThat(refused).isTrue();
      int end = refusedAt;
      assertThatThrownBy(() -> insert(store, tree, end)).isInstanceOf(Exhausted.class);
      assertThat(tree.search(key(end - 1), tree.newReader())).isTrue();
      assertThat(tree.search(key(end), tree.newReader())).isFalse();

      faulty.healAppends();
      store.sync();
      assertThat(store.logBuffer.isLogFull()).isFalse();
      for (int i = end; i < end + 100; i++) {
        insert(store, tree, i);
      }
      store.checkNotFailed();
      assertThat(StoreVerifier.verifySpace(store, tree).entries()).isEqualTo(end + 100);
      StoreVerifier.verifyEqualPages(store);
    }
  }

  @Test
  void stopsWhenFenced() {
    MemoryRedoLog log = MemoryRedoLog.create();
    try (TestStore store = TestStore.open(log, 64)) {
      store.createSpace(SPACE);
      store.sync();
      log.fence(new Epoch(100));
      long lsn = commitNumber(store, 1);
      assertThatThrownBy(() -> store.logBuffer.awaitDurable(lsn, Durability.DISK))
          .isInstanceOf(Fenced.class);
      assertThat(store.failure.get()).isInstanceOf(Fenced.class);
      assertThatThrownBy(() -> commitNumber(store, 2)).isInstanceOf(Fenced.class);
    }
  }

  @Test
  void becomesDurableUnasked() {
    MemoryRedoLog log = MemoryRedoLog.create();
    try (TestStore store = TestStore.open(log, 64)) {
      long lsn = commitNumber(store, 1);
      store.logBuffer.awaitDurable(lsn, Durability.LAZY);
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
      while (log.durableLsn().value() < lsn && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(log.durableLsn().value()).isEqualTo(lsn);
    }
  }

  /// A writer that was frozen wakes up: its frame hangs, and the log has grown under its successor.
  @Test
  void takesNothingForDurableThatAnotherWriterAppended() {
    MemoryRedoLog log = MemoryRedoLog.create();
    AtomicInteger asked = new AtomicInteger();
    RedoLog succeeded = new Succeeded(log, asked);
    try (TestStore store = TestStore.open(log, succeeded, 64)) {
      long lsn = commitNumber(store, 1);
      store.logBuffer.whenDurable(lsn, Durability.DISK, () -> {});
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (asked.get() < 3 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(asked.get()).isGreaterThanOrEqualTo(3);
      assertThat(store.logBuffer.isReached(lsn, Durability.DISK)).isFalse();
      assertThat(store.logBuffer.isReached(lsn, Durability.MEMORY)).isFalse();
    }
  }

  /// A log whose appends never end, and whose durable end is another writer's.
  private record Succeeded(MemoryRedoLog log, AtomicInteger asked) implements RedoLog {
    @Override
    public Lsn fence(Epoch epoch) {
      return log.fence(epoch);
    }

    @Override
    public Epoch currentEpoch() {
      return log.currentEpoch();
    }

    @Override
    public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
      return new CompletableFuture<>();
    }

    @Override
    public Lsn startLsn() {
      return log.startLsn();
    }

    @Override
    public Lsn durableLsn() {
      asked.incrementAndGet();
      return Lsn.of(1L << 40);
    }

    @Override
    public RedoReader openReader(Lsn from) {
      return log.openReader(from);
    }

    @Override
    public void trim(Lsn lsn) {
      log.trim(lsn);
    }

    @Override
    public void close() {
      log.close();
    }
  }

  private static long commitNumber(TestStore store, long number) {
    try (MiniTransaction mtr = store.mtrs.begin()) {
      mtr.logical(RedoRecordType.TRANSACTION_COMMIT, number);
      return mtr.commit();
    }
  }

  private static void insert(TestStore store, BTree tree, int i) {
    try (MiniTransaction mtr = store.mtrs.begin()) {
      LeafPosition position = tree.seekForWrite(mtr, key(i), 1000);
      position.insert(new byte[900]);
      mtr.commit();
    }
  }

  private static byte[] key(int i) {
    return ByteBuffer.allocate(4).putInt(i).array();
  }
}
