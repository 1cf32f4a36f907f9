package io.tidemark.sql.server;

import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.variable.SessionVariables;

/// Makes the sessions of a server.
@FunctionalInterface
public interface SessionFactory {
  /// Opens a session. `process` is what SHOW PROCESSLIST shows of it; the session keeps it up to
  /// date. `variables` have the connection's character set already.
  SqlSession open(
      ServerContext server,
      SqlServer.Account account,
      SqlServer.ConnectionAttributes attributes,
      SessionVariables variables,
      SessionProcess process);
}
