package io.tidemark.server.role;

import io.tidemark.log.coordination.ShardAssignments;
import io.tidemark.log.coordination.ShardMap;
import io.tidemark.pageserver.remote.RemotePageService;
import io.tidemark.pageserver.shard.ClusterPageService;
import io.tidemark.server.StartupFailure;

/// The pages of the cluster for a compute node that starts.
final class ClusterPages {
  private ClusterPages() {}

  /// Waits until every shard is served by somebody.
  static ClusterPageService open(NodeProcess process, ClusterConnection cluster, StartWait wait)
      throws StartupFailure {
    ShardAssignments assignments = new ShardAssignments(cluster.coordination());
    ShardMap map =
        wait.await("the first page server, which makes the shard map", assignments::find);
    for (int shard = 0; shard < map.shards(); shard++) {
      int index = shard;
      wait.await(
          "a page server of shard " + shard,
          () ->
              assignments
                  .find()
                  .flatMap(now -> ClusterPageService.find(now, cluster.nodes(), index)));
    }
    return process
        .parts()
        .add(
            "page service",
            ClusterPageService.open(
                cluster.coordination(),
                map,
                cluster.credentials(),
                RemotePageService.Config.DEFAULT));
  }
}
