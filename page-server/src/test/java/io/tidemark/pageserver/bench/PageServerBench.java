package io.tidemark.pageserver.bench;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageServerConfig;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.page.PageHeader;
import io.tidemark.storage.redo.Frame;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// The page server as a whole: redo of a number of MiB (first argument, default 512) through
/// ingest, flush and merging on a local object store; then GetPage, cold and warm.
final class PageServerBench {
  private static final int PAGES = 20_000;
  private static final long BATCH_MIB = 48;
  private static final int READS = 20_000;

  private PageServerBench() {}

  public static void main(String[] args) throws Exception {
    long mib = args.length > 0 ? Long.parseLong(args[0]) : 512;
    Path directory = Files.createTempDirectory("page-server-bench");
    MemoryRedoLog log = MemoryRedoLog.create();
    log.fence(new Epoch(1));
    BenchRedo redo = new BenchRedo(PAGES);
    append(log, redo.formats());
    try (LocalObjectStore store = LocalObjectStore.open(directory)) {
      PageServerConfig config =
          PageServerConfig.of("bench").withRequestTimeout(Duration.ofMinutes(5));
      try (PageServer server = PageServer.open(config, log, store)) {
        server.awaitIngested(log.durableLsn());
        for (int i = 0; i < 4; i++) {
          ingest(server, log, redo, mib / 4);
        }
        System.out.println(server.metrics().layers());
      }
      try (PageServer server = PageServer.open(config, log, store)) {
        server.awaitIngested(log.durableLsn());
        settle(server, log.durableLsn());
        read("cold", server, log.durableLsn(), new Random(1));
        read("cold blocks gone warm", server, log.durableLsn(), new Random(2));
        read("warm", server, log.durableLsn(), new Random(2));
        batch(server, log.durableLsn());
        System.out.println(server.metrics());
      }
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  /// In batches, so that the heap is the page server's.
  private static void ingest(PageServer server, MemoryRedoLog log, BenchRedo redo, long mib) {
    long cpu = 0;
    long nanos = 0;
    for (long left = mib; left > 0; left -= BATCH_MIB) {
      List<Frame> frames = redo.changes(BATCH_MIB << 20, 64 << 10);
      cpu -= OpenLayerBench.processCpuNanos();
      nanos -= System.nanoTime();
      append(log, frames);
      server.awaitIngested(log.durableLsn());
      nanos += System.nanoTime();
      cpu += OpenLayerBench.processCpuNanos();
      server.advanceGcHorizon(log.durableLsn());
      log.trim(server.uploadedLsn());
    }
    System.out.printf(
        "ingest: %d MiB at %.1f MiB/s, %.2f ms CPU for each MiB, %s%n",
        mib, mib / (nanos / 1e9), cpu / 1e6 / mib, server.metrics().layers());
  }

  /// Lets merging come to its end, with everything below the horizon.
  private static void settle(PageServer server, Lsn lsn) throws InterruptedException {
    server.advanceGcHorizon(lsn);
    long merged = -1;
    while (server.metrics().mergedBytes() != merged) {
      merged = server.metrics().mergedBytes();
      Thread.sleep(2000);
    }
    System.out.println(server.metrics().layers());
  }

  private static void append(MemoryRedoLog log, List<Frame> frames) {
    frames.forEach(frame -> log.append(frame, Durability.DISK).join());
  }

  private static void read(String name, PageServer server, Lsn lsn, Random random) {
    MemorySegment target = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    long[] nanos = new long[READS];
    long cpu = OpenLayerBench.processCpuNanos();
    for (int i = 0; i < READS; i++) {
      PageId page = new PageId(BenchRedo.SPACE, random.nextInt(PAGES));
      long start = System.nanoTime();
      server.getPage(new PageRequest(page, lsn, lsn), target);
      nanos[i] = System.nanoTime() - start;
    }
    cpu = OpenLayerBench.processCpuNanos() - cpu;
    Arrays.sort(nanos);
    System.out.printf(
        "GetPage %s: p50 %.1f us, p99 %.1f us, max %.1f us, %.1f us CPU%n",
        name,
        nanos[READS / 2] / 1e3,
        nanos[READS * 99 / 100] / 1e3,
        nanos[READS - 1] / 1e3,
        cpu / 1e3 / READS);
  }

  private static void batch(PageServer server, Lsn lsn) {
    int size = 64;
    List<MemorySegment> targets =
        IntStream.range(0, size)
            .mapToObj(i -> MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]))
            .toList();
    long start = System.nanoTime();
    int batches = PAGES / size;
    for (int i = 0; i < batches; i++) {
      int first = i * size;
      server.getPages(
          IntStream.range(first, first + size)
              .mapToObj(page -> new PageRequest(new PageId(BenchRedo.SPACE, page), lsn, lsn))
              .toList(),
          targets);
    }
    System.out.printf(
        "scan in batches of %d: %.1f us for each page%n",
        size, (System.nanoTime() - start) / 1e3 / (batches * (double) size));
  }
}
