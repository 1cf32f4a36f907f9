package io.tidemark.engine.bench;

import com.sun.management.ThreadMXBean;
import io.tidemark.engine.btree.BTree;
import io.tidemark.engine.btree.BTreeCursor;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.btree.LeafPosition;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.mtr.LogBuffer;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.space.Tablespaces;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.log.local.LocalRedoLog;
import io.tidemark.log.local.LocalRedoLogConfig;
import io.tidemark.pageserver.PageService;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.Frame;
import io.tidemark.storage.redo.RedoRecordType;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/// Measures what transactions stand on, without disk: point search, insert, scan, the cost of an
/// mtr, and group commit over a log that takes 100 us for each append. Prints a line for each.
///
/// Run from the test class path: `java -cp .. io.tidemark.engine.bench.StoreBench [rows]`.
public final class StoreBench {
  private static final int SPACE = 5;
  private static final int VALUE_BYTES = 200;

  private final int rows;
  private final MiniTransactions mtrs;
  private final BufferPool pool;
  private final LogBuffer log;

  private StoreBench(int rows, RedoLog redo) {
    this.rows = rows;
    this.log =
        LogBuffer.open(
            redo,
            new Epoch(1),
            Lsn.ZERO,
            LogBuffer.DEFAULT_CAPACITY_BYTES,
            Throwable::printStackTrace);
    this.pool = BufferPool.open(1L << 30, new NoPages(), log);
    this.mtrs = new MiniTransactions(pool, log);
  }

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
    StoreBench bench = new StoreBench(rows, new DelayedLog(0));
    try (MiniTransaction mtr = bench.mtrs.begin()) {
      Tablespaces.create(mtr, SPACE);
      mtr.commit();
    }
    for (int round = 0; round < 5; round++) {
      System.out.println("--- round " + round);
      BTree random = bench.insert("random", 10 + round, new Random(round));
      BTree ascending = bench.insert("ascending", 20 + round, null);
      bench.search("ascending", ascending);
      bench.scan(ascending);
      bench.scan(random);
      bench.update(ascending);
    }
    for (int threads : new int[] {1, 2, 8, 32}) {
      bench.emptyMtrs(threads);
    }
    bench.log.close();
    for (int threads : new int[] {1, 8, 32, 128}) {
      try (DelayedLog redo = new DelayedLog(100)) {
        groupCommit("100 us log", redo, threads);
      }
    }
    for (int threads : new int[] {1, 8, 32, 128}) {
      Path directory = Files.createTempDirectory("tidemark-bench");
      try (RedoLog redo = LocalRedoLog.open(directory, LocalRedoLogConfig.DEFAULT)) {
        groupCommit("local log", redo, threads);
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
    System.exit(0);
  }

  private BTree insert(String name, long treeId, Random random) {
    BTree tree = BTree.create(mtrs, SPACE, treeId);
    byte[] value = new byte[VALUE_BYTES];
    measure(
        "insert " + name,
        rows,
        i -> {
          byte[] key = key(random == null ? i : Math.floorMod(i * 7_368_787L, rows));
          try (MiniTransaction mtr = mtrs.begin()) {
            LeafPosition position = tree.seekForWrite(mtr, key, key.length + value.length);
            position.insert(value);
            mtr.commit();
          }
        });
    return tree;
  }

  private void update(BTree tree) {
    byte[] patch = new byte[16];
    Random random = new Random(1);
    measure(
        "patch",
        rows,
        i -> {
          byte[] key = key(random.nextInt(rows));
          try (MiniTransaction mtr = mtrs.begin()) {
            tree.seekForWrite(mtr, key, 0).patch(8, patch);
            mtr.commit();
          }
        });
  }

  private void search(String name, BTree tree) {
    EntryReader reader = tree.newReader();
    byte[][] keys = new byte[4096][];
    Random random = new Random(3);
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(random.nextInt(rows));
    }
    measure(
        "search " + name,
        1_000_000,
        i -> {
          if (!tree.search(keys[i & 4095], reader)) {
            throw new IllegalStateException("not found");
          }
        });
  }

  private void scan(BTree tree) {
    BTreeCursor cursor = tree.cursor();
    cursor.seekFirst();
    measure(
        "scan, per row",
        rows,
        i -> {
          if (!cursor.next() || cursor.valueLength() != VALUE_BYTES) {
            throw new IllegalStateException("row " + i);
          }
        });
  }

  private void emptyMtrs(int threads) throws InterruptedException {
    int each = 2_000_000 / threads;
    byte[] bytes = new byte[300];
    long start = System.nanoTime();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      running.add(
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < each; n++) {
                  try (MiniTransaction mtr = mtrs.begin()) {
                    mtr.logical(RedoRecordType.BINLOG_EVENTS, n, bytes, 0, bytes.length);
                    mtr.commit();
                  }
                }
              }));
    }
    for (Thread thread : running) {
      thread.join();
    }
    long nanos = System.nanoTime() - start;
    System.out.printf(
        "mtr of 300 bytes, %d threads: %d ns%n", threads, nanos / ((long) each * threads));
  }

  private static void groupCommit(String name, RedoLog redo, int threads)
      throws InterruptedException {
    CountingLog counting = new CountingLog(redo);
    redo.fence(new Epoch(1));
    StoreBench bench = new StoreBench(1, counting);
    byte[] bytes = new byte[300];
    long start = 0;
    long commits = 0;
    for (int round = 0; round < 3; round++) {
      // The last round counts.
      int each = Math.max(200, 10_000 / threads);
      commits = (long) each * threads;
      counting.appends = 0;
      start = System.nanoTime();
      List<Thread> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(Thread.ofVirtual().start(() -> bench.commit(each, bytes)));
      }
      for (Thread thread : running) {
        thread.join();
      }
    }
    long nanos = System.nanoTime() - start;
    System.out.printf(
        "group commit, %s, %d threads: %d commits/s, %.1f us each, %.1f commits/append%n",
        name,
        threads,
        commits * 1_000_000_000L / nanos,
        nanos / 1000.0 * threads / commits,
        (double) commits / counting.appends);
    bench.log.close();
  }

  private void commit(int count, byte[] bytes) {
    for (int n = 0; n < count; n++) {
      long lsn;
      try (MiniTransaction mtr = mtrs.begin()) {
        mtr.logical(RedoRecordType.BINLOG_EVENTS, n, bytes, 0, bytes.length);
        lsn = mtr.commit();
      }
      log.awaitDurable(lsn, Durability.DISK);
    }
  }

  private static void measure(String what, int count, IntConsumer operation) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    long cpu = threads.getCurrentThreadCpuTime();
    for (int i = 0; i < count; i++) {
      operation.accept(i);
    }
    long nanos = System.nanoTime() - start;
    cpu = threads.getCurrentThreadCpuTime() - cpu;
    bytes = threads.getCurrentThreadAllocatedBytes() - bytes;
    System.out.printf(
        "%s: %d ns CPU, %d ns, %.1f bytes allocated%n",
        what, cpu / count, nanos / count, (double) bytes / count);
  }

  private static byte[] key(long i) {
    return ByteBuffer.allocate(8).putLong(i).array();
  }

  /// Hands on to another log and counts the appends.
  private static final class CountingLog implements RedoLog {
    private final RedoLog target;
    private int appends;

    CountingLog(RedoLog target) {
      this.target = target;
    }

    @Override
    public Lsn fence(Epoch epoch) {
      return target.fence(epoch);
    }

    @Override
    public Epoch currentEpoch() {
      return target.currentEpoch();
    }

    @Override
    public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
      appends++;
      return target.append(frame, durability);
    }

    @Override
    public CompletableFuture<Lsn> appendAndSync(Frame frame) {
      appends++;
      return target.appendAndSync(frame);
    }

    @Override
    public Lsn startLsn() {
      return target.startLsn();
    }

    @Override
    public Lsn durableLsn() {
      return target.durableLsn();
    }

    @Override
    public RedoReader openReader(Lsn from) {
      return target.openReader(from);
    }

    @Override
    public void trim(Lsn lsn) {
      target.trim(lsn);
    }

    @Override
    public void close() {
      target.close();
    }
  }

  /// Keeps nothing; an append takes some time, and appends queue for the one disk.
  private static final class DelayedLog implements RedoLog {
    private final long micros;
    private final ScheduledExecutorService disk =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
    private volatile Lsn durable = Lsn.ZERO;

    DelayedLog(long micros) {
      this.micros = micros;
    }

    @Override
    public Lsn fence(Epoch epoch) {
      return durable;
    }

    @Override
    public Epoch currentEpoch() {
      return new Epoch(0);
    }

    @Override
    public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
      if (micros == 0) {
        durable = frame.endLsn();
        return CompletableFuture.completedFuture(durable);
      }
      CompletableFuture<Lsn> done = new CompletableFuture<>();
      disk.execute(() -> {
        long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
        while (System.nanoTime() < end) {
          java.util.concurrent.locks.LockSupport.parkNanos(end - System.nanoTime());
        }
        durable = frame.endLsn();
        done.complete(durable);
      });
      return done;
    }

    @Override
    public Lsn startLsn() {
      return Lsn.ZERO;
    }

    @Override
    public Lsn durableLsn() {
      return durable;
    }

    @Override
    public RedoReader openReader(Lsn from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void trim(Lsn lsn) {}

    @Override
    public void close() {
      disk.shutdown();
    }
  }

  /// Everything fits the pool.
  private static final class NoPages implements PageService {
    @Override
    public boolean getPage(PageRequest request, MemorySegment target) {
      throw new IllegalStateException("read of page " + request.page() + PageHeader.PAGE_BYTES);
    }

    @Override
    public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
      throw new IllegalStateException("read of " + requests);
    }

    @Override
    public void prefetch(List<PageRequest> requests) {}

    @Override
    public Lsn ingestedLsn() {
      return Lsn.ZERO;
    }

    @Override
    public Lsn uploadedLsn() {
      return Lsn.ZERO;
    }

    @Override
    public void awaitIngested(Lsn lsn) {}
  }
}
