package io.tidemark.mysql;

import io.tidemark.mysql.auth.Authenticator;
import io.tidemark.mysql.auth.PasswordCache;
import io.tidemark.mysql.auth.PasswordKeys;
import io.tidemark.mysql.statement.StatementLimit;
import io.tidemark.mysql.tls.ServerCertificate;
import io.tidemark.mysql.wire.Capabilities;
import io.tidemark.mysql.wire.Deadline;
import io.tidemark.mysql.wire.PacketWriter;
import io.tidemark.mysql.wire.Responses;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.storage.error.MySqlError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The MySQL port of a server: accepts connections and gives each a thread. Thread-safe.
public final class MySqlServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlServer.class);
  private static final int BACKLOG = 1024;
  private static final long WATCH_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long ACCEPT_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
  private static final long ABORT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ServerContext context;
  private final PasswordCache passwords;
  private final ServerSocket listener;
  private final Connections connections;
  private final Thread acceptor;
  private final Thread watchdog;

  /// Confined to the acceptor.
  private long lastConnectionId = 7;

  private volatile boolean stopping;

  private MySqlServer(ServerContext context, PasswordCache passwords, ServerSocket listener) {
    this.context = context;
    this.passwords = passwords;
    this.listener = listener;
    this.connections =
        new Connections(context.config().maxConnections(), context.config().maxLogins());
    this.acceptor =
        Thread.ofPlatform().daemon().name("mysql-accept-" + port()).unstarted(this::accept);
    this.watchdog =
        Thread.ofPlatform().daemon().name("mysql-watch-" + port()).unstarted(this::watch);
  }

  /// Listens.
  ///
  /// @throws BindException if the port is taken; its message names address and port
  public static MySqlServer open(MySqlServerConfig config, SqlServer sql) throws IOException {
    Optional<SSLContext> tls =
        switch (config.tls()) {
          case MySqlServerConfig.Tls.Off() -> Optional.empty();
          case MySqlServerConfig.Tls.Directory(var path) ->
              Optional.of(ServerCertificate.openOrCreate(path));
          case MySqlServerConfig.Tls.Files(var certificate, var key) ->
              Optional.of(ServerCertificate.open(certificate, key));
        };
    PasswordCache passwords = new PasswordCache();
    ServerContext context =
        new ServerContext(
            config,
            sql,
            new Authenticator(sql, passwords, new PasswordKeys(config.keyDirectory())),
            tls,
            new StatementLimit(config.maxPreparedStatements()),
            new ServerCounters());
    MySqlServer server = new MySqlServer(context, passwords, listen(config));
    server.acceptor.start();
    server.watchdog.start();
    return server;
  }

  private static ServerSocket listen(MySqlServerConfig config) throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(config.bind(), config.port()), BACKLOG);
      return listener;
    } catch (BindException e) {
      listener.close();
      BindException named =
          new BindException(
              "cannot listen for MySQL clients on "
                  + config.bind().getHostAddress()
                  + ":"
                  + config.port()
                  + ": "
                  + e.getMessage());
      named.initCause(e);
      throw named;
    } catch (IOException e) {
      listener.close();
      throw e;
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public ServerCounters counters() {
    return context.counters();
  }

  /// Connections that are open now, logged in or not.
  public int connectionCount() {
    return connections.size();
  }

  /// Prepared statements that are open now, of all connections.
  public int preparedStatementCount() {
    return context.statements().count();
  }

  /// Forgets the passwords that clients have shown (FLUSH PRIVILEGES).
  public void forgetPasswords() {
    passwords.clear();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.warn("cannot accept a MySQL client: {}", e.getMessage());
          LockSupport.parkNanos(ACCEPT_RETRY_NANOS);
        }
      }
    }
  }

  private void serve(Socket socket) throws IOException {
    Connection connection;
    try {
      socket.setTcpNoDelay(true);
      socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      connection = Connection.open(context, connections, ++lastConnectionId, socket);
    } catch (IOException e) {
      LOG.debug("a client left before it was greeted: {}", e.getMessage());
      socket.close();
      return;
    }
    if (stopping) {
      refuse(socket, MySqlError.SERVER_SHUTDOWN);
      return;
    }
    if (!connections.tryAdd(connection)) {
      refuse(socket, MySqlError.CON_COUNT_ERROR);
      return;
    }
    context.counters().accepted.increment();
    try {
      Thread.ofPlatform().daemon().name("mysql-" + connection.id()).start(connection);
    } catch (OutOfMemoryError e) {
      // The system has no more threads: this client waits for another day.
      LOG.warn("no thread for MySQL connection {}: {}", connection.id(), e.getMessage());
      connections.remove(connection);
      refuse(socket, MySqlError.CON_COUNT_ERROR);
    }
    if (stopping) {
      connection.end(MySqlError.SERVER_SHUTDOWN);
    }
  }

  /// One small packet to an empty socket, which does not block.
  private void refuse(Socket socket, MySqlError error) throws IOException {
    context.counters().refused.increment();
    try (socket) {
      PacketWriter writer = new PacketWriter(socket.getOutputStream(), new Deadline(1, 1, 1));
      new Responses(writer, Capabilities.PROTOCOL_41).error(error, error.format());
      writer.flush();
    } catch (UncheckedIOException e) {
      LOG.debug("a client left before it was refused: {}", e.getMessage());
    }
  }

  private void watch() {
    while (!listener.isClosed()) {
      connections.endOverdue();
      LockSupport.parkNanos(WATCH_NANOS);
    }
  }

  /// Refuses new clients with error 1053, lets running statements finish for a while, and closes
  /// all connections.
  @Override
  public void close() {
    stopping = true;
    try {
      for (Connection connection : connections.list()) {
        connection.end(MySqlError.SERVER_SHUTDOWN);
      }
      if (!connections.awaitNone(context.config().drainTimeout().toNanos())) {
        for (Connection connection : connections.list()) {
          connection.interrupt();
          connection.abort();
        }
        if (!connections.awaitNone(ABORT_NANOS)) {
          LOG.warn("{} MySQL connections have not ended in time", connections.size());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      closeListener();
    }
  }

  private void closeListener() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.debug("closing the MySQL port: {}", e.getMessage());
    }
    LockSupport.unpark(watchdog);
    try {
      // The port is free when no thread waits in it any more.
      acceptor.join(Duration.ofNanos(ABORT_NANOS));
      watchdog.join(Duration.ofNanos(ABORT_NANOS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
