package io.tidemark.server.role;

import io.tidemark.log.archive.ArchivedRedoSource;
import io.tidemark.log.archive.Archiver;
import io.tidemark.log.archive.ArchiverConfig;
import io.tidemark.log.archive.ElectedArchiver;
import io.tidemark.log.archive.RedoArchive;
import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.BookKeeperRedoLog;
import io.tidemark.log.bookkeeper.BookKeeperRedoLogConfig;
import io.tidemark.log.coordination.ArchivedLsn;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.feed.RedoFeed;
import io.tidemark.log.feed.RedoFeedConfig;
import io.tidemark.log.node.LogNode;
import io.tidemark.log.node.LogNodeConfig;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.admin.NodeHealth;
import io.tidemark.server.metrics.StorageMetrics;
import io.tidemark.server.option.NodeOptions;
import io.tidemark.server.option.ObjectStoreOptions;
import io.tidemark.storage.object.ObjectStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A node of the log service: what it stores ([LogNode]), and the feed by which others read the
/// log.
///
/// @param zooKeeperId which of the peers it is, if it is one
/// @param zooKeeperPeers `host:client:peer:election,..`
record LogNodeRole(
    NodeOptions options,
    int port,
    int bookiePort,
    ObjectStoreOptions objects,
    Optional<Integer> zooKeeperId,
    Optional<String> zooKeeperPeers)
    implements NodeProcess.Role {
  private static final String EMBEDDED = "embedded";

  /// Where archived redo is in the object store.
  private static final String ARCHIVE_PREFIX = "timelines/main/redo";

  /// Smaller than by default: the node's heap is.
  private static final RedoFeedConfig FEED =
      new RedoFeedConfig(24L << 20, 4, Duration.ofMillis(500));

  @Override
  public String open(NodeProcess process) throws StartupFailure {
    LogNodeConfig config =
        new LogNodeConfig(
            options.name(),
            options.data(),
            options.advertise(),
            bookiePort,
            ClusterConnection.ROOT,
            quorum());
    NodeCredentials credentials = ClusterConnection.credentials(options);
    int adminPort = process.openAdmin(options.bind(), options.adminPort());
    StartWait wait = new StartWait(process);
    LogNode node =
        wait.await(
            "ZooKeeper at " + config.quorum().servers() + " and the bookie",
            () -> Optional.of(LogNode.open(config, failure -> process.end(1, failure))));
    process.parts().add("log node", node);
    BookKeeperLedgers ledgers =
        wait.await(
            "the ledgers of BookKeeper",
            () ->
                Optional.of(
                    BookKeeperLedgers.open(
                        BookKeeperConfig.of(config.quorum().servers(), ClusterConnection.LEDGERS),
                        node.bookie())));
    BookKeeperRedoLog log =
        process
            .parts()
            .add(
                "redo log",
                BookKeeperRedoLog.open(
                    ledgers,
                    node.coordination(),
                    ClusterConnection.LOG_CHAIN,
                    BookKeeperRedoLogConfig.DEFAULT));
    process.parts().add("missing entries", node.restoreMissing(ledgers, log));
    ObjectStore store = process.parts().add("object store", ObjectStores.open(objects, wait));
    RedoArchive archive = new RedoArchive(store, ARCHIVE_PREFIX);
    RedoFeed feed =
        process
            .parts()
            .add(
                "redo feed",
                wait.await(
                    "the redo log",
                    () ->
                        Optional.of(
                            RedoFeed.open(FEED, new ArchivedRedoSource(log, archive), log))));
    NodeServer server =
        process
            .parts()
            .add(
                "node port",
                NodePorts.open(options, port, "--port", credentials, feed.definitions()));
    ElectedArchiver archiver =
        process.parts().add("redo archive", archiver(node.coordination(), log, archive));
    node.announce(
        Map.of(
            ClusterConnection.FEED, NodePorts.address(options, server.port()),
            ClusterConnection.ADMIN, NodePorts.address(options, adminPort)));
    process.parts().add("registration", node::withdraw);
    process.servesAs(() -> health(node, archiver));
    process.tells(() -> status(node, log, archiver));
    StorageMetrics.bindArchive(process.metrics(), archiver);
    return "tidemark is ready: log node %s, feed %s, bookie %s, admin %s"
        .formatted(
            options.name(),
            NodePorts.address(options, server.port()),
            NodePorts.address(options, bookiePort),
            NodePorts.address(options, adminPort));
  }

  private ElectedArchiver archiver(
      Coordination coordination, BookKeeperRedoLog log, RedoArchive archive) {
    ArchivedLsn published = new ArchivedLsn(coordination);
    return ElectedArchiver.open(
        coordination,
        options.name(),
        () -> Archiver.start(ArchiverConfig.DEFAULT, log, archive, published::publish));
  }

  private static NodeHealth health(LogNode node, ElectedArchiver archiver) {
    LogNode.Status now = node.status();
    if (!now.bookie().running()) {
      return new NodeHealth.Failed("the bookie has stopped");
    }
    if (!now.bookie().writable()) {
      return new NodeHealth.Impaired("the bookie takes no entries");
    }
    if (!now.registered()) {
      return new NodeHealth.Impaired("waiting for its place in the registry");
    }
    return archiver
        .failure()
        .<NodeHealth>map(failure ->
            new NodeHealth.Impaired("the redo archive has stopped: " + failure.getMessage()))
        .orElseGet(NodeHealth.Ready::new);
  }

  private Map<String, String> status(
      LogNode node, BookKeeperRedoLog log, ElectedArchiver archiver) {
    LogNode.Status now = node.status();
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("durable_lsn", log.knownDurableLsn().toString());
    archiver.archivedLsn().ifPresent(lsn -> lines.put("archived_lsn", lsn.toString()));
    lines.put("bookie", now.bookieId());
    lines.put("bookie_used_bytes", Long.toString(now.bookie().usedBytes()));
    lines.put("bookie_free_bytes", Long.toString(now.bookie().freeBytes()));
    return lines;
  }

  private LogNodeConfig.Quorum quorum() throws StartupFailure {
    if (!options.coordination().equals(EMBEDDED)) {
      return new LogNodeConfig.External(options.coordination());
    }
    if (zooKeeperId.isEmpty() || zooKeeperPeers.isEmpty()) {
      throw new StartupFailure(
          "--coordination embedded needs --zookeeper-id and --zookeeper-peers");
    }
    List<LogNodeConfig.Peer> peers = new ArrayList<>();
    for (String text : zooKeeperPeers.get().split(",", -1)) {
      peers.add(parsePeer(peers.size() + 1, text.strip()));
    }
    if (zooKeeperId.get() < 1 || zooKeeperId.get() > peers.size()) {
      throw new StartupFailure(
          "--zookeeper-id %d: there are %d --zookeeper-peers"
              .formatted(zooKeeperId.get(), peers.size()));
    }
    return new LogNodeConfig.Embedded(zooKeeperId.get(), peers);
  }

  private static LogNodeConfig.Peer parsePeer(int number, String text) throws StartupFailure {
    String[] fields = text.split(":", -1);
    try {
      if (fields.length == 4) {
        return new LogNodeConfig.Peer(
            number,
            fields[0],
            Integer.parseInt(fields[1]),
            Integer.parseInt(fields[2]),
            Integer.parseInt(fields[3]));
      }
    } catch (IllegalArgumentException e) {
      throw notAPeer(text);
    }
    throw notAPeer(text);
  }

  private static StartupFailure notAPeer(String text) {
    return new StartupFailure(
        "--zookeeper-peers: '" + text + "' is not host:client-port:peer-port:election-port");
  }
}
