package io.tidemark.log.node;

import java.nio.file.Path;
import java.time.Duration;

/// How a [Bookie] runs.
///
/// @param directory holds journal and ledgers
/// @param host the address it listens on, and by which the others reach it
/// @param zooKeeperServers `host:port,host:port,..`
/// @param ledgersRoot path in ZooKeeper below which BookKeeper keeps what it knows
/// @param sessionTimeout after this long without a sign of the bookie the others take it for gone
/// @param diskCheck how often it looks whether its disk is full
/// @param autoRecovery whether it copies what lost bookies had, with the others
public record BookieConfig(
    Path directory,
    String host,
    int port,
    String zooKeeperServers,
    String ledgersRoot,
    Duration sessionTimeout,
    Duration diskCheck,
    boolean autoRecovery) {
  public BookieConfig {
    if (host.isBlank() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("bookie address " + host + ":" + port + ": out of range");
    }
    if (!sessionTimeout.isPositive() || !diskCheck.isPositive()) {
      throw new IllegalArgumentException(
          "sessionTimeout %s, diskCheck %s: expected more than zero"
              .formatted(sessionTimeout, diskCheck));
    }
  }

  /// 10 s sessions, a look at the disk every 2 s, with auto-recovery.
  public static BookieConfig of(
      Path directory, String host, int port, String zooKeeperServers, String ledgersRoot) {
    return new BookieConfig(
        directory,
        host,
        port,
        zooKeeperServers,
        ledgersRoot,
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        true);
  }

  public BookieConfig withSessionTimeout(Duration timeout) {
    return new BookieConfig(
        directory, host, port, zooKeeperServers, ledgersRoot, timeout, diskCheck, autoRecovery);
  }

  public BookieConfig withDiskCheck(Duration interval) {
    return new BookieConfig(
        directory,
        host,
        port,
        zooKeeperServers,
        ledgersRoot,
        sessionTimeout,
        interval,
        autoRecovery);
  }

  public BookieConfig withAutoRecovery(boolean on) {
    return new BookieConfig(
        directory, host, port, zooKeeperServers, ledgersRoot, sessionTimeout, diskCheck, on);
  }

  public String address() {
    return host + ":" + port;
  }
}
