package io.tidemark.log.node;

import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.log.node.LogNodeConfig.Embedded;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node of the log service: a bookie, a peer of ZooKeeper unless the cluster has one of its own,
/// and the entry in the registry that shows it. Three of them are a log service.
///
/// Safe for use by any number of threads.
public final class LogNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogNode.class);

  private final String name;
  private final Parts parts;

  /// What runs, in the order in which it was started.
  private record Parts(
      Optional<ZooKeeperPeer> peer,
      Bookie bookie,
      ZooKeeperCoordination coordination,
      StandingLease registration) {}

  /// What the node says of itself.
  ///
  /// @param bookieId by which ledgers refer to its disk
  /// @param registered whether the others see it
  public record Status(String name, String bookieId, Bookie.Status bookie, boolean registered) {}

  private LogNode(String name, Parts parts) {
    this.name = name;
    this.parts = parts;
  }

  /// Starts the node. Waits for a quorum of ZooKeeper's peers, so the first nodes of a cluster have
  /// to be started together.
  ///
  /// @throws io.tidemark.storage.error.RetryLater if a part does not start
  public static LogNode open(LogNodeConfig config) {
    Optional<ZooKeeperPeer> peer = Optional.empty();
    Optional<Bookie> bookie = Optional.empty();
    Optional<ZooKeeperCoordination> coordination = Optional.empty();
    try {
      if (config.quorum() instanceof Embedded embedded) {
        peer = Optional.of(ZooKeeperPeer.open(config.directory().resolve("zookeeper"), embedded));
      }
      String servers = config.quorum().servers();
      BookieConfig own =
          BookieConfig.of(
              config.directory().resolve("bookie"),
              config.host(),
              config.bookiePort(),
              servers,
              config.ledgersRoot());
      bookie = Optional.of(Bookie.open(own));
      ZooKeeperCoordination connected =
          ZooKeeperCoordination.open(ZooKeeperConfig.of(servers, config.keysRoot()));
      coordination = Optional.of(connected);
      NodeEntry entry =
          new NodeEntry(
              config.name(),
              NodeEntry.Role.LOG_NODE,
              new TreeMap<>(Map.of("bookie", own.address())));
      StandingLease registration = new NodeRegistry(connected).register(entry);
      LOG.info("log node {} serves as {} at {}", config.name(), bookie.get().id(), own.address());
      return new LogNode(config.name(), new Parts(peer, bookie.get(), connected, registration));
    } catch (RuntimeException e) {
      coordination.ifPresent(ZooKeeperCoordination::close);
      bookie.ifPresent(Bookie::close);
      peer.ifPresent(ZooKeeperPeer::close);
      throw e;
    }
  }

  public Status status() {
    return new Status(
        name, parts.bookie().id(), parts.bookie().status(), parts.registration().isHeld());
  }

  /// Leaves the cluster, the bookie before the peer that it needs for it.
  @Override
  public void close() {
    parts.registration().close();
    parts.coordination().close();
    parts.bookie().close();
    parts.peer().ifPresent(ZooKeeperPeer::close);
    LOG.info("log node {} stopped", name);
  }
}
