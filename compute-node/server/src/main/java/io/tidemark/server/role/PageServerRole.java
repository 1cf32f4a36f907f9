package io.tidemark.server.role;

import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.Tags;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.ShardAssignments;
import io.tidemark.log.coordination.ShardMap;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.feed.FeedRedoSource;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.pageserver.remote.PageServiceServer;
import io.tidemark.pageserver.shard.ClusterPageService;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.metrics.StorageMetrics;
import io.tidemark.server.option.NodeOptions;
import io.tidemark.server.option.ObjectStoreOptions;
import io.tidemark.storage.Shard;
import io.tidemark.storage.ShardMapping;
import io.tidemark.storage.object.ObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A page server: some shards, each taken over from whoever had it.
///
/// @param shardCount of the cluster; creates the shard map where none is
record PageServerRole(
    NodeOptions options, int port, ObjectStoreOptions objects, List<Integer> shards, int shardCount)
    implements NodeProcess.Role {

  /// Pages are seldom asked for within so short a time of their last change.
  private static final FeedRedoSource.Config FEEDS =
      FeedRedoSource.Config.DEFAULT.withGather(Duration.ofMillis(4));

  @Override
  public String open(NodeProcess process) throws StartupFailure {
    checkShards();
    NodeCredentials credentials = ClusterConnection.credentials(options);
    int adminPort = process.openAdmin(options.bind(), options.adminPort());
    StartWait wait = new StartWait(process);
    ClusterConnection cluster = ClusterConnection.open(process, options, credentials, wait);
    FeedRedoSource redo = cluster.openFeeds(process, FEEDS, wait);
    ObjectStore store = process.parts().add("object store", ObjectStores.open(objects, wait));
    ShardAssignments assignments = new ShardAssignments(cluster.coordination());
    ShardMapping mapping = mapping(assignments, wait);
    ShardKeeper keeper =
        process
            .parts()
            .add("shards", new ShardKeeper(process, options.name(), assignments, redo, store));
    List<ServerServiceDefinition> services = new ArrayList<>();
    for (int index : shards) {
      Shard shard = new Shard(mapping, index);
      HostedShard hosted =
          wait.await(shard + " at its layers and redo", () -> Optional.of(keeper.take(shard)));
      StorageMetrics.bindShard(
          process.metrics(),
          Tags.of("shard", Integer.toString(index)),
          hosted,
          HostedShard::pageServer);
      PageServiceServer server =
          process.parts().add("page service of " + shard, new PageServiceServer(index, hosted));
      services.add(server.definition());
    }
    NodeServer server =
        process
            .parts()
            .add("node port", NodePorts.open(options, port, "--port", credentials, services));
    keeper.start();
    StandingLease registration =
        cluster.register(
            process,
            options,
            NodeEntry.Role.PAGE_SERVER,
            Map.of(ClusterPageService.SERVICE, server.port(), ClusterConnection.ADMIN, adminPort));
    process.servesAs(() -> ClusterConnection.health(registration, redo));
    process.tells(() -> status(keeper));
    return "tidemark is ready: page server %s of shards %s, pages %s, admin %s"
        .formatted(
            options.name(),
            shards,
            NodePorts.address(options, server.port()),
            NodePorts.address(options, adminPort));
  }

  private void checkShards() throws StartupFailure {
    if (shardCount < 1) {
      throw new StartupFailure("--shard-count must be at least 1, found " + shardCount);
    }
    for (int shard : shards) {
      if (shard >= shardCount) {
        throw new StartupFailure(
            "--shards: there is no shard %d of %d; --shard-count tells how many there are"
                .formatted(shard, shardCount));
      }
    }
  }

  private ShardMapping mapping(ShardAssignments assignments, StartWait wait) throws StartupFailure {
    ShardMap map =
        wait.await(
            "the shard map",
            () -> {
              assignments.create(ShardMap.of(shardCount, ShardMapping.DEFAULT_STRIPE_PAGES));
              return assignments.find();
            });
    if (map.shards() != shardCount) {
      throw new StartupFailure(
          "--shard-count %d: this cluster has %d shards, which cannot be changed"
              .formatted(shardCount, map.shards()));
    }
    return new ShardMapping(map.shards(), map.stripePages());
  }

  private static Map<String, String> status(ShardKeeper keeper) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (HostedShard shard : keeper.shards()) {
      String key = "shard_" + shard.index() + "_";
      shard
          .loss()
          .ifPresentOrElse(
              loss -> lines.put(key + "lost", loss),
              () -> {
                lines.put(key + "generation", Long.toString(shard.generation()));
                lines.put(key + "ingested_lsn", shard.ingestedLsn().toString());
                lines.put(key + "uploaded_lsn", shard.uploadedLsn().toString());
              });
    }
    return lines;
  }
}
