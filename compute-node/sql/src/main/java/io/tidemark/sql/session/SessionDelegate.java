package io.tidemark.sql.session;

import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;

/// What a session passes on to the server: definitions, administration, variables, privileges, and
/// the numbers of hidden keys. Thread-safe.
public interface SessionDelegate {
  /// The greeting's version text, as VERSION() says it.
  String version();

  /// Executes a definition statement; the session has committed its transaction before.
  StatementOutcome define(
      DefinitionStatement statement, SessionContext session, SessionServices services);

  /// Executes an administration statement.
  StatementOutcome administer(
      SessionStatement.Administration statement, SessionContext session, SessionServices services);

  /// Type of `@@name`.
  ///
  /// @throws io.tidemark.storage.error.Rejected 1193 for an unknown variable
  SqlType variableType(String name);

  /// What `@@name` gives.
  Value variable(Scope scope, String name, SessionContext session);

  /// Refuses what the session's account may not do with a table (1142), or with the database.
  void checkAccess(Privilege privilege, String database, String table, SessionContext session);

  /// USE: makes a database current, with its default collation.
  ///
  /// @throws io.tidemark.storage.error.Rejected 1049 if there is none
  void useDatabase(String name, SessionContext session);

  /// A number for the hidden key of a row, never given before.
  long nextRowNumber();

  /// COM_RESET_CONNECTION: settings go back to their global values.
  void reset(SessionContext session);

  /// COM_STATISTICS.
  String statistics();

  /// Seconds after which a silent connection is closed.
  int idleTimeoutSeconds(SessionContext session);

  /// The session is closed.
  void closed(SessionContext session);

  /// Where a variable is read.
  enum Scope {
    UNSPECIFIED,
    SESSION,
    GLOBAL
  }

  /// What a statement does with a table.
  enum Privilege {
    SELECT,
    INSERT,
    UPDATE,
    DELETE
  }
}
