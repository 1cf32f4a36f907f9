package io.tidemark.log.bookkeeper;

import java.time.Duration;

/// How a node reaches BookKeeper, and how many copies it wants.
///
/// @param zooKeeperServers `host:port,host:port,..`
/// @param ledgersRoot path in ZooKeeper below which BookKeeper keeps what it knows of ledgers
/// @param ensembleSize bookies over which the entries of a ledger are spread
/// @param writeQuorum copies of each entry
/// @param ackQuorum copies after which an append succeeds
/// @param idleLac how soon an idle log tells readers of its last entry who hear no announcements
/// @param timeout how long a call waits for its answer; a single bookie gets a quarter of it
public record BookKeeperConfig(
    String zooKeeperServers,
    String ledgersRoot,
    int ensembleSize,
    int writeQuorum,
    int ackQuorum,
    Duration idleLac,
    Duration timeout) {
  public BookKeeperConfig {
    if (ackQuorum < 1 || writeQuorum < ackQuorum || ensembleSize < writeQuorum) {
      throw new IllegalArgumentException(
          "ensemble %d, write quorum %d, ack quorum %d: expected ensemble >= write >= ack >= 1"
              .formatted(ensembleSize, writeQuorum, ackQuorum));
    }
    if (2 * ackQuorum <= writeQuorum) {
      throw new IllegalArgumentException(
          "write quorum %d, ack quorum %d: a minority is no quorum"
              .formatted(writeQuorum, ackQuorum));
    }
    if (!ledgersRoot.startsWith("/") || !idleLac.isPositive() || timeout.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "ledgersRoot %s, idleLac %s, timeout %s: out of range"
              .formatted(ledgersRoot, idleLac, timeout));
    }
  }

  /// Three copies, of which two are waited for; 50 ms; 20 s.
  public static BookKeeperConfig of(String zooKeeperServers, String ledgersRoot) {
    return new BookKeeperConfig(
        zooKeeperServers, ledgersRoot, 3, 3, 2, Duration.ofMillis(50), Duration.ofSeconds(20));
  }

  public BookKeeperConfig withTimeout(Duration wait) {
    return new BookKeeperConfig(
        zooKeeperServers, ledgersRoot, ensembleSize, writeQuorum, ackQuorum, idleLac, wait);
  }

  /// What BookKeeper calls the metadata service.
  public String metadataUri() {
    return metadataUri(zooKeeperServers, ledgersRoot);
  }

  /// As above, for a bookie.
  public static String metadataUri(String zooKeeperServers, String ledgersRoot) {
    return "zk+longhierarchical://" + zooKeeperServers.replace(',', ';') + ledgersRoot;
  }
}
