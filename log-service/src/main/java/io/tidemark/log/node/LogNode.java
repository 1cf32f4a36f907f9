package io.tidemark.log.node;

import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.BookKeeperRedoLog;
import io.tidemark.log.bookkeeper.NearbyBookie;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.StandingLease;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.log.node.LogNodeConfig.Embedded;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node of the log service: a bookie, and a peer of ZooKeeper unless the cluster has one of its
/// own. Three of them are a log service. The others see it once it has announced itself.
///
/// Safe for use by any number of threads.
public final class LogNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogNode.class);

  private final LogNodeConfig config;
  private final Parts parts;
  private volatile @Nullable StandingLease registration;

  /// What runs, in the order in which it was started.
  private record Parts(
      Optional<ZooKeeperPeer> peer, Bookie bookie, ZooKeeperCoordination coordination) {}

  /// What the node says of itself.
  ///
  /// @param bookieId by which ledgers refer to its disk
  /// @param registered whether the others see it
  public record Status(String name, String bookieId, Bookie.Status bookie, boolean registered) {}

  private LogNode(LogNodeConfig config, Parts parts) {
    this.config = config;
    this.parts = parts;
  }

  /// Starts the node; `failed` hears a sentence if a part of it stops by itself, after which it is
  /// of no use and has to be started anew. Waits for a quorum of ZooKeeper's peers, so the first
  /// nodes of a cluster have to be started together.
  ///
  /// @throws io.tidemark.storage.error.RetryLater if a part does not start
  public static LogNode open(LogNodeConfig config, Consumer<String> failed) {
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
      bookie =
          Optional.of(
              Bookie.open(
                  own,
                  () ->
                      failed.accept(
                          "the bookie has stopped; is the disk of %s full or damaged?"
                              .formatted(config.directory()))));
      ZooKeeperCoordination connected =
          ZooKeeperCoordination.open(ZooKeeperConfig.of(servers, config.keysRoot()));
      coordination = Optional.of(connected);
      new NodeDisks(connected).add(config.name(), bookie.get().id());
      LOG.info("log node {} serves as {} at {}", config.name(), bookie.get().id(), own.address());
      return new LogNode(config, new Parts(peer, bookie.get(), connected));
    } catch (RuntimeException e) {
      coordination.ifPresent(ZooKeeperCoordination::close);
      bookie.ifPresent(Bookie::close);
      peer.ifPresent(ZooKeeperPeer::close);
      throw e;
    }
  }

  /// Shows the node to the others, with the addresses of its bookie and of `services`.
  public void announce(Map<String, String> services) {
    TreeMap<String, String> addresses = new TreeMap<>(services);
    addresses.put("bookie", config.host() + ":" + config.bookiePort());
    registration =
        new NodeRegistry(parts.coordination())
            .register(new NodeEntry(config.name(), NodeEntry.Role.LOG_NODE, addresses));
  }

  /// The node's own connection, which ends with it.
  public Coordination coordination() {
    return parts.coordination();
  }

  /// The node's own bookie.
  public NearbyBookie bookie() {
    return parts.bookie();
  }

  /// Copies to the node's disk what it lacks of `log`, until the result is closed, which has to be
  /// before `ledgers` is.
  public MissingEntries restoreMissing(BookKeeperLedgers ledgers, BookKeeperRedoLog log) {
    return MissingEntries.start(parts.bookie(), ledgers, log::ledgers);
  }

  public Status status() {
    StandingLease shown = registration;
    return new Status(
        config.name(),
        parts.bookie().id(),
        parts.bookie().status(),
        shown != null && shown.isHeld());
  }

  /// The others do not see the node any more. To be done first by a node that leaves: where all
  /// leave at once ZooKeeper takes this for as long as a quorum of them has not got further.
  public void withdraw() {
    StandingLease shown = registration;
    if (shown != null) {
      shown.close();
    }
  }

  /// Leaves the cluster, the bookie before the peer that it needs for it.
  @Override
  public void close() {
    withdraw();
    parts.coordination().close();
    parts.bookie().close();
    parts.peer().ifPresent(ZooKeeperPeer::close);
    LOG.info("log node {} stopped", config.name());
  }
}
