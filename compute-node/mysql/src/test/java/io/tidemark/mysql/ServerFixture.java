package io.tidemark.mysql;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Servers for tests.
final class ServerFixture {
  private ServerFixture() {}

  /// A configuration without TLS on a free port.
  static MySqlServerConfig config(
      int maxLogins, int maxStatements, Duration login, Duration read, Duration write) {
    return new MySqlServerConfig(
        InetAddress.getLoopbackAddress(),
        0,
        new MySqlServerConfig.Tls.Off(),
        5_000,
        maxLogins,
        maxStatements,
        login,
        read,
        write,
        Duration.ofSeconds(1));
  }

  static MySqlServerConfig config() {
    return config(
        1_000, 1_000, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20));
  }

  static MySqlServer open(FakeSqlServer sql) throws IOException {
    return MySqlServer.open(config(), sql);
  }

  /// Waits until `condition` holds, for at most 20 seconds.
  static boolean await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(1_000_000);
    }
    return true;
  }
}
