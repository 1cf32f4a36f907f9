package io.tidemark.pageserver.bench;

import io.tidemark.log.memory.MemoryRedoLog;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageServerConfig;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.PageService.PageRequest;
import io.tidemark.pageserver.remote.PageServiceServer;
import io.tidemark.pageserver.remote.RemotePageService;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.certificate.CertificateMaker;
import io.tidemark.storage.object.LocalObjectStore;
import io.tidemark.storage.page.PageHeader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// GetPage of cached pages: direct, over loopback, and over loopback with TLS; at 1 and at 64 in
/// flight, and in batches. Arguments: any of `direct`, `plain`, `tls`. CPU is that of the process,
/// so of both sides, and of the compiler: give it time by `-Dtidemark.bench.seconds`, for each
/// figure.
final class RemotePageBench {
  private static final int PAGES = 2000;
  private static final long NANOS =
      TimeUnit.SECONDS.toNanos(Long.getLong("tidemark.bench.seconds", 10));

  private RemotePageBench() {}

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("remote-page-bench");
    MemoryRedoLog log = MemoryRedoLog.create();
    log.fence(new Epoch(1));
    BenchRedo redo = new BenchRedo(PAGES);
    redo.formats().forEach(frame -> log.append(frame, Durability.DISK).join());
    redo.changes(16 << 20, 64 << 10).forEach(frame -> log.append(frame, Durability.DISK).join());
    Lsn lsn = log.durableLsn();
    try (LocalObjectStore store = LocalObjectStore.open(directory.resolve("store"));
        PageServer server = PageServer.open(PageServerConfig.of("bench"), log, store)) {
      server.awaitIngested(lsn);
      for (String way : args) {
        switch (way) {
          case "direct" -> measure(way, server, lsn);
          case "plain" -> remote(way, server, lsn, NodeCredentials.none());
          case "tls" -> remote(way, server, lsn, credentials(directory));
          default -> throw new IllegalArgumentException(way);
        }
      }
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
      }
    }
  }

  private static NodeCredentials credentials(Path directory) throws IOException {
    CertificateMaker.authority(directory);
    CertificateMaker.node(directory, "node", List.of());
    return NodeCredentials.load(
        directory.resolve("ca-cert.pem"),
        directory.resolve("node-cert.pem"),
        directory.resolve("node-key.pem"),
        "token-of-the-benchmark");
  }

  private static void remote(String name, PageServer server, Lsn lsn, NodeCredentials credentials)
      throws Exception {
    try (PageServiceServer served = new PageServiceServer(0, server);
        NodeServer port =
            NodeServer.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                credentials,
                List.of(served.definition()));
        RemotePageService service =
            RemotePageService.open(
                new NodeAddress("localhost", port.port()),
                0,
                credentials,
                RemotePageService.Config.DEFAULT)) {
      measure(name, service, lsn);
    }
  }

  private static void measure(String name, PageService service, Lsn lsn) throws Exception {
    for (int inFlight : new int[] {1, 64}) {
      run(service, lsn, inFlight, 1);
      report(name + ", " + inFlight + " in flight", run(service, lsn, inFlight, 1));
    }
    report(name + ", batches of 32", run(service, lsn, 1, 32));
  }

  /// Pages read, and CPU nanoseconds.
  private record Run(long pages, long cpu) {}

  private static void report(String name, Run run) {
    System.out.printf(
        "GetPage %s: %.0f pages/s, %.1f us CPU for each%n",
        name, run.pages() / (NANOS / 1e9), run.cpu() / 1e3 / run.pages());
  }

  private static Run run(PageService service, Lsn lsn, int threads, int batch) throws Exception {
    LongAdder pages = new LongAdder();
    long cpu = OpenLayerBench.processCpuNanos();
    long end = System.nanoTime() + NANOS;
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        Random random = new Random(i);
        readers.add(executor.submit(() -> read(service, lsn, batch, random, end, pages)));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
    return new Run(pages.sum(), OpenLayerBench.processCpuNanos() - cpu);
  }

  private static void read(
      PageService service, Lsn lsn, int batch, Random random, long end, LongAdder pages) {
    List<MemorySegment> targets = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      targets.add(MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]));
    }
    while (System.nanoTime() < end) {
      List<PageRequest> requests = new ArrayList<>();
      for (int i = 0; i < batch; i++) {
        requests.add(new PageRequest(new PageId(BenchRedo.SPACE, random.nextInt(PAGES)), lsn, lsn));
      }
      if (batch == 1) {
        service.getPage(requests.getFirst(), targets.getFirst());
      } else {
        service.getPages(requests, targets);
      }
      pages.add(batch);
    }
  }
}
