package io.tidemark.server.role;

import io.tidemark.engine.StorageEngine;
import io.tidemark.mysql.MySqlServer;
import io.tidemark.mysql.MySqlServerConfig;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.metrics.EngineMetrics;
import io.tidemark.server.metrics.MySqlMetrics;
import io.tidemark.sql.server.Sessions;
import io.tidemark.sql.server.TidemarkSqlServer;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.storage.ByteSize;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// An engine, the SQL layer over it, and its MySQL port: what is the same on a writer and on a
/// replica, in a cluster and in `dev`.
///
/// @param name how logs and metrics call it, such as `writer` or `replica-1`
/// @param port where clients connect
public record ComputeNode(String name, StorageEngine engine, int port) {
  /// The smallest buffer pool that a compute node works with.
  public static final ByteSize MIN_BUFFER_POOL = ByteSize.ofMebibytes(8);

  /// Where a compute node serves.
  ///
  /// @param port 0 takes any free one
  /// @param option by which the port was chosen
  /// @param data directory of the node's own files; its certificate is in `tls` there
  /// @param bufferPool as SHOW VARIABLES tells it
  public record Endpoint(
      InetAddress bind, int port, String option, Path data, ByteSize bufferPool) {
    /// Fails early, before data is opened, if the port cannot be had.
    public void checkFree() throws StartupFailure {
      if (port == 0) {
        return;
      }
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(bind, port));
      } catch (BindException e) {
        throw occupied(e);
      } catch (IOException e) {
        throw new StartupFailure("port " + port + " cannot be opened: " + e.getMessage(), e);
      }
    }

    private StartupFailure occupied(IOException cause) {
      return new StartupFailure(
          "port %d on %s is in use; choose another with %s"
              .formatted(port, bind.getHostAddress(), option),
          cause);
    }

    /// Values of the variables that this process knows.
    private Map<String, String> variables() {
      return Map.of(
          "port",
          Integer.toString(port),
          "bind_address",
          bind.getHostAddress(),
          "datadir",
          data + "/",
          "innodb_buffer_pool_size",
          Long.toString(bufferPool.bytes()));
    }
  }

  /// Opens the SQL layer over `engine` and accepts clients.
  ///
  /// @throws io.tidemark.storage.error.RetryLater on a replica, if the writer has not made the
  ///   tables of accounts yet
  public static ComputeNode serve(
      NodeProcess process, String name, StorageEngine engine, Endpoint endpoint)
      throws StartupFailure {
    SqlServer sql =
        TidemarkSqlServer.open(
            engine, new Sessions(), endpoint.variables(), InstantSource.system());
    process.parts().add(name + " sessions", sql);
    EngineMetrics.bind(process.metrics(), name, engine);
    MySqlServer mysql = process.parts().add(name + " port", listen(endpoint, sql));
    MySqlMetrics.bind(process.metrics(), name, mysql);
    return new ComputeNode(name, engine, mysql.port());
  }

  private static MySqlServer listen(Endpoint endpoint, SqlServer sql) throws StartupFailure {
    MySqlServerConfig config =
        MySqlServerConfig.of(
            endpoint.bind(),
            endpoint.port(),
            new MySqlServerConfig.Tls.Directory(endpoint.data().resolve("tls")));
    try {
      return MySqlServer.open(config, sql);
    } catch (BindException e) {
      throw endpoint.occupied(e);
    } catch (IOException e) {
      throw new StartupFailure(
          "MySQL port %d on %s cannot be opened: %s"
              .formatted(config.port(), config.bind().getHostAddress(), e.getMessage()),
          e);
    }
  }
}
