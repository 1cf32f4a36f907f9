package io.tidemark.pageserver.shard;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.ShardAssignments;
import io.tidemark.log.coordination.ShardMap;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.pageserver.PageService;
import io.tidemark.pageserver.remote.RemotePageService;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.ShardMapping;
import io.tidemark.storage.error.RetryLater;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All pages of a cluster: each shard at the node that the shard map names, at the address that the
/// node's entry gives, and at the next one when either changes. Safe for any number of threads.
public final class ClusterPageService implements PageService, AutoCloseable {
  /// The service in a node's entry that is its page service.
  public static final String SERVICE = "pages";

  private static final Logger LOG = LoggerFactory.getLogger(ClusterPageService.class);

  private final ShardAssignments assignments;
  private final NodeRegistry nodes;
  private final List<MovingPageService> shards;
  private final ShardedPageService sharded;
  private final List<Coordination.Watch> watches = new ArrayList<>();

  /// How often somebody asked to look again since the looking began.
  private final AtomicInteger changes = new AtomicInteger();

  private ClusterPageService(
      Coordination coordination, ShardMapping mapping, List<MovingPageService> shards) {
    this.assignments = new ShardAssignments(coordination);
    this.nodes = new NodeRegistry(coordination);
    this.shards = shards;
    this.sharded = new ShardedPageService(mapping, shards);
  }

  /// The pages of the cluster whose shards `map` tells; `coordination` stays the caller's.
  public static ClusterPageService open(
      Coordination coordination,
      ShardMap map,
      NodeCredentials credentials,
      RemotePageService.Config config) {
    List<MovingPageService> shards =
        IntStream.range(0, map.shards())
            .mapToObj(shard -> new MovingPageService(shard, credentials, config))
            .toList();
    ClusterPageService pages =
        new ClusterPageService(
            coordination, new ShardMapping(map.shards(), map.stripePages()), shards);
    pages.watches.add(pages.assignments.watch(pages::changed));
    pages.watches.add(pages.nodes.watch(pages::changed));
    return pages;
  }

  /// Where `shard` is served now; empty if nobody does, or its owner is away.
  public static Optional<NodeAddress> find(ShardMap map, NodeRegistry nodes, int shard) {
    String owner = map.assignments().get(shard).owner();
    if (owner.isEmpty()) {
      return Optional.empty();
    }
    return nodes
        .find(owner)
        .map(NodeEntry::addresses)
        .flatMap(addresses -> Optional.ofNullable(addresses.get(SERVICE)))
        .map(NodeAddress::parse);
  }

  /// On a thread of the coordination: the looking is done on one of its own, again for as long as
  /// there are changes.
  private void changed() {
    if (changes.getAndIncrement() == 0) {
      Thread.ofVirtual().name("shard-locator").start(this::locateAll);
    }
  }

  private void locateAll() {
    int seen;
    do {
      seen = changes.get();
      try {
        Optional<ShardMap> map = assignments.find();
        for (int shard = 0; map.isPresent() && shard < shards.size(); shard++) {
          find(map.get(), nodes, shard).ifPresent(shards.get(shard)::moveTo);
        }
      } catch (RetryLater | IllegalStateException e) {
        // The latter if coordination was closed meanwhile. The watches call again when coordination
        // is back.
        LOG.info("shards stay where they are: {}", e.getMessage());
      }
    } while (!changes.compareAndSet(seen, 0));
  }

  @Override
  public boolean getPage(PageRequest request, MemorySegment target) {
    return sharded.getPage(request, target);
  }

  @Override
  public boolean[] getPages(List<PageRequest> requests, List<MemorySegment> targets) {
    return sharded.getPages(requests, targets);
  }

  @Override
  public void prefetch(List<PageRequest> requests) {
    sharded.prefetch(requests);
  }

  @Override
  public Lsn ingestedLsn() {
    return sharded.ingestedLsn();
  }

  @Override
  public Lsn uploadedLsn() {
    return sharded.uploadedLsn();
  }

  @Override
  public boolean isFull() {
    return sharded.isFull();
  }

  @Override
  public String laggard() {
    return sharded.laggard();
  }

  @Override
  public void advanceGcHorizon(Lsn lsn) {
    sharded.advanceGcHorizon(lsn);
  }

  @Override
  public void awaitIngested(Lsn lsn) {
    sharded.awaitIngested(lsn);
  }

  @Override
  public void close() {
    watches.forEach(Coordination.Watch::close);
    sharded.close();
    shards.forEach(MovingPageService::close);
  }
}
