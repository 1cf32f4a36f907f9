package io.tidemark.server.role;

import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.engine.replica.LeasedClaims;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.feed.FeedRedoSource;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.pageserver.PageService;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.option.NodeOptions;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.storage.Lsn;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A compute node that reads: it follows the redo feeds.
record ReplicaRole(NodeOptions options, ComputeNode.Endpoint endpoint) implements NodeProcess.Role {
  @Override
  public String open(NodeProcess process) throws StartupFailure {
    endpoint.checkFree();
    NodeCredentials credentials = ClusterConnection.credentials(options);
    int adminPort = process.openAdmin(options.bind(), options.adminPort());
    StartWait wait = new StartWait(process);
    ClusterConnection cluster = ClusterConnection.open(process, options, credentials, wait);
    FeedRedoSource redo = cluster.openFeeds(process, FeedRedoSource.Config.DEFAULT, wait);
    PageService pages = ClusterPages.open(process, cluster, wait);
    wait.await(
        "a writer, which makes the database",
        () -> Optional.of(redo.durableLsn()).filter(lsn -> lsn.isAfter(Lsn.ZERO)));
    ReplicaEngine engine =
        wait.await(
            "page servers and redo feeds", () -> Optional.of(openEngine(cluster, redo, pages)));
    process.parts().add("engine", engine);
    ComputeNode node = serve(process, wait, engine);
    String mysql = NodePorts.address(options, node.port());
    StandingLease registration =
        cluster.register(
            process,
            options,
            NodeEntry.Role.COMPUTE,
            Map.of(ClusterConnection.MYSQL, node.port(), ClusterConnection.ADMIN, adminPort));
    process.servesAs(() -> ClusterConnection.health(registration, redo));
    process.tells(() -> status(node, mysql));
    return "tidemark is ready: replica %s at %s, admin %s"
        .formatted(options.name(), mysql, NodePorts.address(options, adminPort));
  }

  private ReplicaEngine openEngine(
      ClusterConnection cluster, FeedRedoSource redo, PageService pages) {
    return ReplicaEngine.open(
        EngineConfig.DEFAULT.withBufferPoolBytes(endpoint.bufferPool().bytes()),
        redo,
        pages,
        new SqlRowFormats(),
        new LeasedClaims(new ReaderLeases(cluster.coordination()), options.name()));
  }

  /// The writer may still be making the tables of accounts.
  private ComputeNode serve(NodeProcess process, StartWait wait, ReplicaEngine engine)
      throws StartupFailure {
    wait.await(
        "the tables of accounts",
        () ->
            engine.dictionary().findTable("mysql", "user").isPresent()
                ? Optional.of(true)
                : Optional.empty());
    return ComputeNode.serve(process, "replica", engine, endpoint);
  }

  private static Map<String, String> status(ComputeNode node, String mysql) {
    EngineStatus now = node.engine().status();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("mysql", mysql);
    lines.put("durable_lsn", now.durableLsn().toString());
    lines.put("applied_lsn", now.appliedLsn().toString());
    long behind = now.durableLsn().value() - now.appliedLsn().value();
    lines.put("lag_bytes", Long.toString(Math.max(0, behind)));
    lines.put("lag_ms", Long.toString(now.lag().toMillis()));
    return lines;
  }
}
