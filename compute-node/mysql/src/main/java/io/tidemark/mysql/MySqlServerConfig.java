package io.tidemark.mysql;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Configuration of the MySQL port.
///
/// @param bind address to listen on
/// @param port port to listen on; 0 chooses a free one
/// @param tls where the certificate comes from
/// @param maxConnections connections of any kind, each of which has a thread; the server's
///   `max_connections` is the SQL layer's and lower
/// @param maxLogins connections that have not proved yet who they are
/// @param maxPreparedStatements of all connections (`max_prepared_stmt_count`)
/// @param connectTimeout how long a login may take (`connect_timeout`)
/// @param readTimeout how long the rest of a packet may take (`net_read_timeout`)
/// @param writeTimeout how long a client may take none of what is sent (`net_write_timeout`)
/// @param drainTimeout how long statements may go on when the server stops
public record MySqlServerConfig(
    InetAddress bind,
    int port,
    Tls tls,
    int maxConnections,
    int maxLogins,
    int maxPreparedStatements,
    Duration connectTimeout,
    Duration readTimeout,
    Duration writeTimeout,
    Duration drainTimeout) {
  public MySqlServerConfig {
    check(port >= 0 && port <= 65535, "port 0 to 65535", port);
    check(maxConnections > 0, "maxConnections above 0", maxConnections);
    check(maxLogins > 0, "maxLogins above 0", maxLogins);
    check(maxPreparedStatements >= 0, "maxPreparedStatements not below 0", maxPreparedStatements);
    check(isPositive(connectTimeout), "connectTimeout above 0", connectTimeout);
    check(isPositive(readTimeout), "readTimeout above 0", readTimeout);
    check(isPositive(writeTimeout), "writeTimeout above 0", writeTimeout);
    check(!drainTimeout.isNegative(), "drainTimeout not below 0", drainTimeout);
  }

  /// Everything by default: MySQL's own timeouts and limits.
  public static MySqlServerConfig of(InetAddress bind, int port, Tls tls) {
    return new MySqlServerConfig(
        bind,
        port,
        tls,
        10_000,
        1_000,
        16_382,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(2));
  }

  private static void check(boolean valid, String expected, Object found) {
    if (!valid) {
      throw new IllegalArgumentException(expected + " expected, found " + found);
    }
  }

  private static boolean isPositive(Duration duration) {
    return duration.compareTo(Duration.ZERO) > 0;
  }

  /// Where the server's certificate comes from.
  public sealed interface Tls {
    /// Connections are not encrypted.
    record Off() implements Tls {}

    /// `server-cert.pem` and `server-key.pem` of a directory, made there at the first start; the
    /// keys for passwords without TLS are kept there too.
    record Directory(Path path) implements Tls {}

    /// A given certificate chain and its private key, in PEM.
    record Files(Path certificate, Path key) implements Tls {}
  }

  /// Where the keys for passwords are kept.
  Optional<Path> keyDirectory() {
    return tls instanceof Tls.Directory(Path path) ? Optional.of(path) : Optional.empty();
  }
}
