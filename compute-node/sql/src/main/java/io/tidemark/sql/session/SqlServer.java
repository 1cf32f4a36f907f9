package io.tidemark.sql.session;

import java.util.List;
import java.util.Optional;

/// The SQL side of a server: accounts and sessions over one storage engine. Thread-safe.
public interface SqlServer extends AutoCloseable {
  /// What a login needs to know about an account, for the client's host; empty if no account
  /// matches.
  Optional<Account> findAccount(String user, String clientHost);

  /// Opens a session for a client that has proved to be `account`.
  ///
  /// @throws io.tidemark.storage.error.Rejected 1049 for an unknown database, 1040 beyond
  ///   `max_connections`
  SqlSession openSession(Account account, ConnectionAttributes attributes);

  /// The sessions that are open, for SHOW PROCESSLIST and status.
  List<SqlSession> sessions();

  /// The greeting's version text, such as `8.0.40-Tidemark-0.1.0`.
  String serverVersion();

  @Override
  void close();

  /// An account as authentication sees it.
  ///
  /// @param user its name, `''` for an anonymous one
  /// @param host its host pattern
  /// @param plugin `caching_sha2_password` or `mysql_native_password`
  /// @param authentication the stored authentication string; empty means no password
  /// @param locked whether the account refuses logins
  record Account(String user, String host, String plugin, String authentication, boolean locked) {}

  /// What the client said in its handshake.
  ///
  /// @param connectionId number of the connection, unique in this process
  /// @param database initial database, or empty
  /// @param collationId collation of the connection
  /// @param clientHost address of the client
  /// @param foundRows whether UPDATE reports matched instead of changed rows (CLIENT_FOUND_ROWS)
  /// @param multiStatements whether a query may hold several statements
  /// @param interactive whether `interactive_timeout` applies
  /// @param tls name of the TLS protocol and cipher, or empty
  record ConnectionAttributes(
      long connectionId,
      Optional<String> database,
      int collationId,
      String clientHost,
      boolean foundRows,
      boolean multiStatements,
      boolean interactive,
      Optional<TlsState> tls) {}

  /// TLS as negotiated, for `SHOW STATUS LIKE 'Ssl_%'`.
  record TlsState(String protocol, String cipher) {}
}
