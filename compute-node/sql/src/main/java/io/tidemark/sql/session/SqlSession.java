package io.tidemark.sql.session;

import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import java.util.List;
import java.util.Optional;

/// One client's session: variables, transaction, prepared statements of its own making.
///
/// Every execution pushes its outcome into a [ResultSink]; errors of statements go to
/// [ResultSink#error], not up the stack. Only programming errors are thrown.
public interface SqlSession extends AutoCloseable {
  long connectionId();

  /// Executes the text of COM_QUERY, in the session's `character_set_client`: one statement, or
  /// several if the client asked for multi-statements. The first error ends it.
  void query(byte[] sql, ResultSink sink);

  /// Prepares one statement (COM_STMT_PREPARE).
  ///
  /// @throws io.tidemark.storage.error.Rejected with the statement's error
  PreparedStatement prepare(byte[] sql);

  /// COM_INIT_DB.
  void useDatabase(String name, ResultSink sink);

  /// COM_RESET_CONNECTION: rolls back, forgets variables, temporary state and prepared statements.
  void reset();

  /// COM_SET_OPTION: whether a query may hold several statements from here on.
  void allowMultiStatements(boolean allowed);

  /// COM_STATISTICS: MySQL's one-line summary.
  String statistics();

  /// `max_allowed_packet` of the session, in bytes.
  long maxAllowedPacket();

  /// Seconds of silence after which the connection is closed (`wait_timeout` or
  /// `interactive_timeout`).
  int idleTimeoutSeconds();

  /// `SERVER_STATUS_*` flags as of now: in transaction, autocommit, no backslash escapes.
  int statusFlags();

  /// `character_set_client`, in which parameters arrive.
  Charset clientCharset();

  /// Default collation of `character_set_results`; empty if the variable is NULL: texts travel in
  /// the character set of their column.
  Optional<Collation> resultCollation();

  /// What changed since the last call, for clients that track the session's state
  /// (CLIENT_SESSION_TRACK); in the order of the changes. Called for such clients only.
  default List<StateChange> takeStateChanges() {
    return List.of();
  }

  /// KILL QUERY: ends the running statement with error 1317. Any thread.
  void interrupt();

  /// What to run when KILL CONNECTION names this session, set by the protocol layer. Any thread.
  void onKill(Runnable closeConnection);

  /// KILL CONNECTION: runs what [#onKill] was given. Any thread.
  default void kill() {
    interrupt();
  }

  /// Rolls back and releases everything.
  @Override
  void close();

  /// A change of the session that a client can follow without asking.
  sealed interface StateChange {
    /// The current database is `name` now, empty if none.
    record Schema(String name) implements StateChange {}

    /// A variable of `session_track_system_variables` has a new value.
    record SystemVariable(String name, String value) implements StateChange {}
  }

  /// A prepared statement. Confined to the session's thread.
  interface PreparedStatement extends AutoCloseable {
    int parameterCount();

    /// Columns of the result; empty if it returns none, or if they depend on the parameters.
    List<ResultColumn> columns();

    /// Warnings of the preparation.
    int warningCount();

    void execute(List<Parameter> parameters, ResultSink sink);

    /// Executes with a server-side read-only cursor, when the statement returns rows: the columns
    /// go to `sink` ([ResultSink#startRows]) and the rows are fetched from the cursor. Empty if the
    /// statement returned none and is complete ([ResultSink#ok] or [ResultSink#error]).
    Optional<RowCursor> openCursor(List<Parameter> parameters, ResultSink sink);

    @Override
    void close();
  }

  /// Rows of a server-side cursor (COM_STMT_FETCH).
  interface RowCursor extends AutoCloseable {
    /// Pushes up to `count` rows into the sink, without [ResultSink#endRows]; false when the last
    /// row was among them. After an error ([ResultSink#error]) the answer is false.
    boolean fetch(int count, ResultSink sink);

    @Override
    void close();
  }
}
