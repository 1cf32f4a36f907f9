package io.tidemark.server;

import io.tidemark.engine.StorageEngine;
import io.tidemark.mysql.MySqlServer;
import io.tidemark.mysql.MySqlServerConfig;
import io.tidemark.sql.session.SqlServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// One compute node of the process: an engine, the SQL layer over it, and its MySQL port.
///
/// @param name how logs and metrics call it, such as `writer` or `replica-1`
record ComputeNode(String name, StorageEngine engine, MySqlServer mysql) {
  /// Fails early, before data is opened, if the port cannot be had.
  static void checkPort(InetAddress bind, int port, String option) throws StartupFailure {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(bind, port));
    } catch (BindException e) {
      throw occupied(bind, port, option, e);
    } catch (IOException e) {
      throw new StartupFailure("port " + port + " cannot be opened: " + e.getMessage(), e);
    }
  }

  static MySqlServer listen(MySqlServerConfig config, SqlServer sql, String option)
      throws StartupFailure {
    try {
      return MySqlServer.open(config, sql);
    } catch (BindException e) {
      throw occupied(config.bind(), config.port(), option, e);
    } catch (IOException e) {
      throw new StartupFailure(
          "MySQL port %d on %s cannot be opened: %s"
              .formatted(config.port(), config.bind().getHostAddress(), e.getMessage()),
          e);
    }
  }

  private static StartupFailure occupied(
      InetAddress bind, int port, String option, IOException cause) {
    return new StartupFailure(
        "port %d on %s is in use; choose another with %s"
            .formatted(port, bind.getHostAddress(), option),
        cause);
  }
}
