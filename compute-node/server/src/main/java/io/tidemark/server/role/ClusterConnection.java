package io.tidemark.server.role;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.log.feed.FeedRedoSource;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.admin.NodeHealth;
import io.tidemark.server.option.NodeOptions;
import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/// What a node knows of its cluster: coordination, and by it the other nodes. `coordination` is the
/// opener's. Immutable.
record ClusterConnection(Coordination coordination, NodeCredentials credentials) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterConnection.class);

  /// Path in ZooKeeper of everything that a cluster keeps there.
  static final String ROOT = "/tidemark";

  /// Path in ZooKeeper below which the keys of coordination are; see [LogNodeConfig#keysRoot].
  static final String KEYS = ROOT + "/keys";

  /// Path in ZooKeeper of BookKeeper's own; see [LogNodeConfig#ledgersRoot].
  static final String LEDGERS = ROOT + "/ledgers";

  /// Key of the chain of ledgers that is the redo log.
  static final String LOG_CHAIN = "log/chain";

  /// The services of a log node's entry, and of a compute node's.
  static final String FEED = "feed";

  static final String MYSQL = "mysql";
  static final String ADMIN = "admin";

  /// By what this node proves itself, as `options` say; the first thing that a node of a cluster
  /// does with the network, whose libraries from here on write to the log as everybody does.
  static NodeCredentials credentials(NodeOptions options) throws StartupFailure {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    Optional<Path> tls = options.tls();
    Optional<Path> tokenFile = options.tokenFile();
    if (tls.isEmpty() && tokenFile.isEmpty()) {
      if (!options.bind().isLoopbackAddress()) {
        throw new StartupFailure(
            "a node that listens on %s needs --tls and --token-file"
                .formatted(options.bind().getHostAddress()));
      }
      return NodeCredentials.none();
    }
    if (tls.isEmpty() || tokenFile.isEmpty()) {
      throw new StartupFailure("--tls and --token-file need each other");
    }
    try {
      return NodeCredentials.load(
          tls.get().resolve("ca-cert.pem"),
          tls.get().resolve("node-cert.pem"),
          tls.get().resolve("node-key.pem"),
          Files.readString(tokenFile.get()).strip());
    } catch (IOException e) {
      throw new StartupFailure("cannot use --tls and --token-file: " + e, e);
    }
  }

  /// Connects to coordination, and waits until it answers.
  static ClusterConnection open(
      NodeProcess process, NodeOptions options, NodeCredentials credentials, StartWait wait)
      throws StartupFailure {
    String what = "coordination at " + options.coordination();
    ZooKeeperConfig config = ZooKeeperConfig.of(options.coordination(), KEYS);
    Coordination coordination =
        wait.await(what, () -> Optional.of(ZooKeeperCoordination.open(config)));
    process.parts().add("coordination", coordination);
    ClusterConnection cluster = new ClusterConnection(coordination, credentials);
    wait.await(what, () -> Optional.of(cluster.nodes().nodes()));
    return cluster;
  }

  NodeRegistry nodes() {
    return new NodeRegistry(coordination);
  }

  /// Shows this node to the others until the process ends: its services by name, and their ports.
  StandingLease register(
      NodeProcess process, NodeOptions options, NodeEntry.Role role, Map<String, Integer> ports) {
    TreeMap<String, String> services = new TreeMap<>();
    ports.forEach((service, port) -> services.put(service, NodePorts.address(options, port)));
    NodeEntry entry = new NodeEntry(options.name(), role, services);
    return process.parts().add("registration", nodes().register(entry));
  }

  /// What a node that serves says of its surroundings, without asking anybody.
  static NodeHealth health(StandingLease registration) {
    return registration.isLost()
        ? new NodeHealth.Impaired("coordination is away, or another node has this one's name")
        : new NodeHealth.Ready();
  }

  /// As above for a node that reads `redo`.
  static NodeHealth health(StandingLease registration, FeedRedoSource redo) {
    return redo.awayFor()
        .<NodeHealth>map(away ->
            new NodeHealth.Impaired(
                "no redo feed has answered for " + away.toSeconds() + " s, LSNs are as last known"))
        .orElseGet(() -> health(registration));
  }

  /// Where redo feeds are now; empty if there is none.
  Optional<List<NodeAddress>> findFeeds() {
    List<NodeAddress> feeds =
        nodes().nodes().stream()
            .map(node -> node.addresses().get(FEED))
            .flatMap(address -> Optional.ofNullable(address).stream())
            .map(NodeAddress::parse)
            .toList();
    return feeds.isEmpty() ? Optional.empty() : Optional.of(feeds);
  }

  /// The redo as the feeds give it, those that are there now and those that come.
  FeedRedoSource openFeeds(NodeProcess process, FeedRedoSource.Config config, StartWait wait)
      throws StartupFailure {
    FeedRedoSource redo =
        FeedRedoSource.open(
            wait.await("a log node with a redo feed", this::findFeeds), credentials, config);
    process.parts().add("redo feeds", redo);
    process.parts().add("search for redo feeds", watchFeeds(redo::add));
    return redo;
  }

  /// Calls `found` with the feeds there are, now and whenever nodes come or go.
  Coordination.Watch watchFeeds(Consumer<List<NodeAddress>> found) {
    return nodes()
        .watch(() ->
            Thread.ofVirtual()
                .name("feed-locator")
                .start(() -> {
                  try {
                    findFeeds().ifPresent(found);
                  } catch (RetryLater | IllegalStateException e) {
                    // The latter if this node is closing.
                    LOG.debug("feeds stay as they are: {}", e.getMessage());
                  }
                }));
  }
}
