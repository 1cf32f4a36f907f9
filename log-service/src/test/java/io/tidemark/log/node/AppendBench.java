package io.tidemark.log.node;

import io.tidemark.log.Frames;
import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.BookKeeperRedoLog;
import io.tidemark.log.bookkeeper.BookKeeperRedoLogConfig;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.log.feed.DurableAnnouncer;
import io.tidemark.log.feed.FeedRedoSource;
import io.tidemark.log.local.LocalRedoLog;
import io.tidemark.log.local.LocalRedoLogConfig;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.redo.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// Latency of an append and CPU for it, of this process and of the log nodes, with 1, 4 and 16
/// outstanding; then the delay from an append's acknowledgement until a subscriber of a redo feed
/// has the frame. Driven by `tests/bench/log-append.sh`.
///
/// `local DIRECTORY SECONDS`, or `nodes ZOOKEEPER TLS-DIRECTORY TOKEN-FILE SECONDS PID,..` against
/// the log nodes of a cluster without a writer.
public final class AppendBench {
  private static final int[] OUTSTANDING = {1, 4, 16};
  private static final int BYTES = 1000;
  private static final int WARM_UP_SECONDS = 20;
  private static final String ROOT = "/tidemark";

  private final RedoLog log;
  private final Epoch epoch;
  private final List<String> pids;
  private Lsn end;

  private AppendBench(RedoLog log, List<String> pids) {
    this.log = log;
    this.pids = pids;
    this.epoch = log.currentEpoch().next();
    this.end = log.fence(epoch);
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("local")) {
      Path directory = Files.createTempDirectory(Path.of(arguments[1]), "log");
      try (LocalRedoLog log = LocalRedoLog.open(directory, LocalRedoLogConfig.DEFAULT)) {
        new AppendBench(log, List.of()).measure("local log", Integer.parseInt(arguments[2]));
      }
      return;
    }
    String servers = arguments[1];
    Path tls = Path.of(arguments[2]);
    NodeCredentials credentials =
        NodeCredentials.load(
            tls.resolve("ca-cert.pem"),
            tls.resolve("node-cert.pem"),
            tls.resolve("node-key.pem"),
            Files.readString(Path.of(arguments[3])).strip());
    int seconds = Integer.parseInt(arguments[4]);
    try (ZooKeeperCoordination coordination =
        ZooKeeperCoordination.open(ZooKeeperConfig.of(servers, ROOT + "/keys"))) {
      List<NodeAddress> feeds =
          new NodeRegistry(coordination)
              .nodes().stream()
                  .flatMap(node -> node.addresses().entrySet().stream())
                  .filter(service -> service.getKey().equals("feed"))
                  .map(service -> NodeAddress.parse(service.getValue()))
                  .toList();
      try (DurableAnnouncer announcer = DurableAnnouncer.open(feeds, credentials);
          BookKeeperRedoLog log =
              BookKeeperRedoLog.open(
                  BookKeeperLedgers.open(BookKeeperConfig.of(servers, ROOT + "/ledgers")),
                  coordination,
                  "log/chain",
                  BookKeeperRedoLogConfig.DEFAULT,
                  "append-bench",
                  announcer)) {
        AppendBench bench = new AppendBench(log, List.of(arguments[5].split(",", -1)));
        bench.measure("3 log nodes", seconds);
        try (FeedRedoSource source =
            FeedRedoSource.open(feeds, credentials, FeedRedoSource.Config.DEFAULT)) {
          bench.measureFeed(source, "warm-up", WARM_UP_SECONDS / 2, 500_000);
          bench.measureFeed(source, "load, 2000 frames/s", seconds, 500_000);
          bench.measureFeed(source, "idle, a frame each 50 ms", seconds, 50_000_000);
        }
      }
    }
  }

  private void measure(String name, int seconds) throws Exception {
    run(16, WARM_UP_SECONDS);
    for (int outstanding : OUTSTANDING) {
      long before = cpuMicros();
      long[] nanos = run(outstanding, seconds);
      long cpu = cpuMicros() - before;
      System.out.printf(
          Locale.ROOT,
          "%s, %2d outstanding: %6d appends/s, p50 %5.0f us, p99 %5.0f us, CPU %4.0f us/append%n",
          name,
          outstanding,
          nanos.length / seconds,
          percentile(nanos, 50),
          percentile(nanos, 99),
          (double) cpu / nanos.length);
    }
  }

  /// Appends for so long; returns how long each took, sorted.
  private long[] run(int outstanding, int seconds) throws InterruptedException {
    Semaphore slots = new Semaphore(outstanding);
    long[] nanos = new long[seconds * 200_000];
    int count = 0;
    long until = System.nanoTime() + seconds * 1_000_000_000L;
    while (System.nanoTime() < until && count < nanos.length) {
      slots.acquire();
      int number = count++;
      Frame frame = Frames.frame(epoch.value(), end, number, BYTES);
      end = frame.endLsn();
      long start = System.nanoTime();
      log.append(frame, Durability.DISK)
          .whenComplete((lsn, error) -> {
            nanos[number] = System.nanoTime() - start;
            slots.release();
          });
      if (count % 10_000 == 0) {
        log.trim(frame.startLsn());
      }
    }
    slots.acquire(outstanding);
    long[] taken = Arrays.copyOf(nanos, count);
    Arrays.sort(taken);
    return taken;
  }

  /// One append each `everyNanos`, and who follows the feed.
  private void measureFeed(FeedRedoSource source, String name, int seconds, long everyNanos)
      throws InterruptedException {
    int frames = (int) (seconds * 1_000_000_000L / everyNanos);
    ConcurrentHashMap<Lsn, Long> durable = new ConcurrentHashMap<>();
    ConcurrentHashMap<Lsn, Long> arrived = new ConcurrentHashMap<>();
    Thread reader = follow(source, frames, arrived);
    long next = System.nanoTime();
    for (int i = 0; i < frames; i++) {
      Frame frame = Frames.frame(epoch.value(), end, i, BYTES);
      end = frame.endLsn();
      while (System.nanoTime() < next) {
        LockSupport.parkNanos(next - System.nanoTime());
      }
      next += everyNanos;
      log.append(frame, Durability.DISK)
          .whenComplete((lsn, error) -> durable.put(lsn, System.nanoTime()));
    }
    reader.join();
    long[] delays =
        arrived.entrySet().stream()
            .mapToLong(one -> one.getValue() - durable.get(one.getKey()))
            .sorted()
            .toArray();
    System.out.printf(
        Locale.ROOT,
        "feed, %s: %d frames, p50 %.0f us, p99 %.0f us behind the acknowledgement%n",
        name,
        delays.length,
        percentile(delays, 50),
        percentile(delays, 99));
  }

  private Thread follow(FeedRedoSource source, int frames, ConcurrentHashMap<Lsn, Long> arrived) {
    RedoReader reader = source.openReader(end);
    return Thread.ofPlatform()
        .start(() -> {
          try (reader) {
            for (int i = 0; i < frames; i++) {
              Frame frame = reader.next(Duration.ofSeconds(30)).orElseThrow();
              arrived.put(frame.endLsn(), System.nanoTime());
            }
          }
        });
  }

  private static double percentile(long[] sorted, int percent) {
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e3;
  }

  /// CPU time so far of this process and of the log nodes.
  private long cpuMicros() throws IOException {
    long ticks = ticks("self");
    for (String pid : pids) {
      ticks += ticks(pid);
    }
    return ticks * 10_000;
  }

  /// In hundredths of a second, as Linux counts them.
  private static long ticks(String pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
  }
}
