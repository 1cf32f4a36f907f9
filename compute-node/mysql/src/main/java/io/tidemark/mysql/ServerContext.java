package io.tidemark.mysql;

import io.tidemark.mysql.auth.Authenticator;
import io.tidemark.mysql.statement.StatementLimit;
import io.tidemark.sql.session.SqlServer;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// What all connections of a server share. Thread-safe.
///
/// @param tls empty if connections are not encrypted
record ServerContext(
    MySqlServerConfig config,
    SqlServer sql,
    Authenticator authenticator,
    Optional<SSLContext> tls,
    StatementLimit statements,
    ServerCounters counters) {}
