package io.tidemark.pageserver.bench;

import io.tidemark.log.local.LocalRedoLog;
import io.tidemark.log.local.LocalRedoLogConfig;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageServerConfig;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.redo.Frame;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// What following the log costs a writer that commits one small frame after the other: commits each
/// second and CPU for each commit, without and with a page server at the tail.
final class TailBench {
  private static final int FRAME_BYTES = 1500;
  private static final int ROUNDS = 4;

  private TailBench() {}

  public static void main(String[] args) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      for (Durability durability : List.of(Durability.MEMORY, Durability.DISK)) {
        run(durability, false);
        run(durability, true);
      }
    }
  }

  private static void run(Durability durability, boolean follow) throws Exception {
    Path directory = Files.createTempDirectory("tail-bench");
    BenchRedo redo = new BenchRedo(5000);
    try (LocalObjectStore store = LocalObjectStore.open(directory.resolve("objects"));
        LocalRedoLog log =
            LocalRedoLog.open(directory.resolve("log"), LocalRedoLogConfig.DEFAULT)) {
      log.fence(new Epoch(1));
      redo.formats().forEach(frame -> log.append(frame, Durability.DISK).join());
      List<Frame> frames = redo.changes(24L << 20, FRAME_BYTES);
      PageServer server = follow ? PageServer.open(PageServerConfig.of("bench"), log, store) : null;
      long cpu = OpenLayerBench.processCpuNanos();
      long start = System.nanoTime();
      int commits = 0;
      while (commits < frames.size() && System.nanoTime() - start < 3_000_000_000L) {
        log.append(frames.get(commits++), durability).join();
      }
      long nanos = System.nanoTime() - start;
      cpu = OpenLayerBench.processCpuNanos() - cpu;
      System.out.printf(
          "%-6s %-9s %7.0f commits/s, %6.1f us CPU for each, ingest thread %5.1f us%n",
          durability,
          follow ? "followed" : "alone",
          commits / (nanos / 1e9),
          cpu / 1e3 / commits,
          threadCpuNanos("page-ingest") / 1e3 / commits);
      if (server != null) {
        server.awaitIngested(log.durableLsn());
        server.close();
      }
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  private static long threadCpuNanos(String name) {
    var threads = ManagementFactory.getThreadMXBean();
    for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null && info.getThreadName().equals(name)) {
        return threads.getThreadCpuTime(info.getThreadId());
      }
    }
    return 0;
  }
}
