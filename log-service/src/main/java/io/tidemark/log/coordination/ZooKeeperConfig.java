package io.tidemark.log.coordination;

import java.time.Duration;

/// How a node reaches ZooKeeper.
///
/// @param servers `host:port,host:port,..`
/// @param root path below which the keys are, `/name` or deeper: one for each cluster
/// @param sessionTimeout after this long without a sign of the node its leases go; ZooKeeper grants
///   2 to 20 of its ticks
/// @param deadline how long a call waits for an answer
public record ZooKeeperConfig(
    String servers, String root, Duration sessionTimeout, Duration deadline) {
  /// Sessions of 10 s, calls of 5 s.
  public static ZooKeeperConfig of(String servers, String root) {
    return new ZooKeeperConfig(servers, root, Duration.ofSeconds(10), Duration.ofSeconds(5));
  }

  public ZooKeeperConfig {
    if (servers.isBlank()) {
      throw new IllegalArgumentException("servers: expected host:port,.., found nothing");
    }
    if (!root.startsWith("/") || root.length() < 2) {
      throw new IllegalArgumentException("root: expected /name, found " + root);
    }
    Keys.check(root.substring(1));
    check("sessionTimeout", sessionTimeout);
    check("deadline", deadline);
  }

  private static void check(String name, Duration value) {
    if (value.toMillis() < 10 || value.toMillis() > 600_000) {
      throw new IllegalArgumentException(name + ": expected 10 ms to 10 min, found " + value);
    }
  }

  public ZooKeeperConfig withSessionTimeout(Duration timeout) {
    return new ZooKeeperConfig(servers, root, timeout, deadline);
  }

  public ZooKeeperConfig withDeadline(Duration wait) {
    return new ZooKeeperConfig(servers, root, sessionTimeout, wait);
  }
}
