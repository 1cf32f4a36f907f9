package io.tidemark.pageserver.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.LocalCoordination;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.ShardAssignments;
import io.tidemark.log.coordination.ShardMap;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.remote.PageServiceServer;
import io.tidemark.pageserver.remote.RemotePageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.page.PageHeader;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterPageServiceTest {
  private static final RemotePageService.Config PATIENT =
      new RemotePageService.Config(Duration.ofSeconds(30), 64);

  private final LocalCoordination service = LocalCoordination.inMemory();
  private final Coordination coordination = service.connect();
  private final ShardAssignments assignments = new ShardAssignments(coordination);
  private final List<AutoCloseable> opened = new ArrayList<>();

  /// A page service that has no page and is `ingested` far.
  private record Ingested(Lsn ingestedLsn, boolean isFull) implements PageService {
    @Override
    public boolean getPage(PageRequest request, MemorySegment target) {
      return false;
    }

    @Override
    public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
      return new boolean[requests.size()];
    }

    @Override
    public void prefetch(List<PageRequest> requests) {}

    @Override
    public Lsn uploadedLsn() {
      return ingestedLsn;
    }

    @Override
    public void awaitIngested(Lsn lsn) {}
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    coordination.close();
    service.close();
  }

  private NodeServer serve(int shard, PageService pages) throws Exception {
    PageServiceServer served = new PageServiceServer(shard, pages);
    opened.add(served);
    NodeServer port =
        NodeServer.open(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            NodeCredentials.none(),
            List.of(served.definition()));
    opened.add(port);
    return port;
  }

  private StandingLease register(String node, NodeServer port) {
    String address = "127.0.0.1:" + port.port();
    StandingLease lease =
        new NodeRegistry(coordination)
            .register(
                new NodeEntry(
                    node,
                    NodeEntry.Role.PAGE_SERVER,
                    new TreeMap<>(Map.of(ClusterPageService.SERVICE, address))));
    opened.add(lease);
    return lease;
  }

  private ClusterPageService open(RemotePageService.Config config) {
    ShardMap map = assignments.find().orElseThrow();
    ClusterPageService pages =
        ClusterPageService.open(coordination, map, NodeCredentials.none(), config);
    opened.add(pages);
    return pages;
  }

  @Test
  void aShardThatMovesIsFoundAgain() throws Exception {
    register("page-1", serve(0, new Ingested(Lsn.of(100), false)));
    assignments.create(ShardMap.of(1, 64));
    assignments.assign(0, "page-1");
    ClusterPageService pages = open(PATIENT);
    assertThat(pages.ingestedLsn()).isEqualTo(Lsn.of(100));

    register("page-2", serve(0, new Ingested(Lsn.of(200), true)));
    assignments.assign(0, "page-2");
    awaitIngested(pages, Lsn.of(200));
    assertThat(pages.isFull()).isTrue();
  }

  @Test
  void whoAsksBeforeAnybodyServesWaits() throws Exception {
    assignments.create(ShardMap.of(1, 64));
    ClusterPageService pages = open(PATIENT);
    try (ExecutorService asking = Executors.newSingleThreadExecutor()) {
      Future<Lsn> answer = asking.submit(pages::ingestedLsn);
      register("page-1", serve(0, new Ingested(Lsn.of(100), false)));
      assignments.assign(0, "page-1");
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(Lsn.of(100));
    }
  }

  @Test
  void aNodeAnswersForItsOwnShardsOnly() throws Exception {
    register("page-1", serve(0, new Ingested(Lsn.of(900), false)));
    assignments.create(ShardMap.of(2, 64));
    assignments.assign(0, "page-1");
    assignments.assign(1, "page-1");
    ClusterPageService pages = open(new RemotePageService.Config(Duration.ofMillis(500), 64));
    assertThatThrownBy(pages::uploadedLsn).isInstanceOf(RetryLater.class);
  }

  @Test
  void aShardThatNobodyServesIsNamedAtTheDeadline() {
    assignments.create(ShardMap.of(1, 64));
    ClusterPageService pages = open(new RemotePageService.Config(Duration.ofMillis(200), 64));
    PageService.PageRequest request =
        new PageService.PageRequest(new PageId(1, 1), Lsn.ZERO, Lsn.ZERO);
    MemorySegment target = MemorySegment.ofArray(new byte[PageHeader.PAGE_BYTES]);
    assertThatThrownBy(() -> pages.getPage(request, target))
        .isInstanceOf(RetryLater.class)
        .hasMessageContaining("shard 0: no page server has served it for 200 ms");
  }

  private static void awaitIngested(PageService pages, Lsn lsn) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!pages.ingestedLsn().equals(lsn)) {
      assertThat(System.nanoTime()).as("still at " + pages.ingestedLsn()).isLessThan(end);
    }
  }
}
