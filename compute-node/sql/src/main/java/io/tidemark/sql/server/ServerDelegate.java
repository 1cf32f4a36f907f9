package io.tidemark.sql.server;

import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.sql.account.Privileges;
import io.tidemark.sql.ast.DefinitionStatement;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.ddl.DatabaseDefinition;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionDelegate;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/// What one session asks of its server. Confined to the session's thread.
final class ServerDelegate implements SessionDelegate {
  private final ServerContext server;
  private final SessionVariables variables;
  private final SessionProcess process;

  ServerDelegate(ServerContext server, SessionVariables variables, SessionProcess process) {
    this.server = server;
    this.variables = variables;
    this.process = process;
  }

  @Override
  public String version() {
    return server.globals().get("version");
  }

  @Override
  public StatementOutcome define(
      DefinitionStatement statement, SessionContext session, SessionServices services) {
    server.privileges().checkWritable(session);
    new DefinitionAccess(server.privileges()).check(statement, session);
    server.status().count(counterOf(statement));
    return server.definitions().execute(statement, session, services, process);
  }

  private static String counterOf(DefinitionStatement statement) {
    return switch (statement) {
      case DefinitionStatement.CreateTable create -> "Com_create_table";
      case DefinitionStatement.AlterTable alter -> "Com_alter_table";
      case DefinitionStatement.DropTable drop -> "Com_drop_table";
      case DefinitionStatement.TruncateTable truncate -> "Com_truncate";
      case DefinitionStatement.RenameTable rename -> "Com_rename_table";
      case DefinitionStatement.CreateIndex create -> "Com_create_index";
      case DefinitionStatement.DropIndex drop -> "Com_drop_index";
      case DefinitionStatement.CreateDatabase create -> "Com_create_db";
      case DefinitionStatement.AlterDatabase alter -> "Com_alter_db";
      case DefinitionStatement.DropDatabase drop -> "Com_drop_db";
    };
  }

  @Override
  public StatementOutcome administer(
      SessionStatement.Administration statement, SessionContext session, SessionServices services) {
    String verb = statement.verb().toLowerCase(Locale.ROOT);
    server.status().count(verb.equals("set") ? "Com_set_option" : "Com_" + verb);
    return server.administration().execute(statement, session, services);
  }

  @Override
  public SqlType variableType(String name) {
    return SessionVariables.typeOf(name);
  }

  @Override
  public Value variable(Scope scope, String name, SessionContext session) {
    return switch (scope) {
      case UNSPECIFIED -> variables.read(name, session);
      case SESSION -> variables.readSession(name, session);
      case GLOBAL -> variables.readGlobal(name);
    };
  }

  @Override
  public void checkAccess(
      Privilege privilege, String database, String table, SessionContext session) {
    io.tidemark.sql.account.Privilege needed =
        switch (privilege) {
          case SELECT -> io.tidemark.sql.account.Privilege.SELECT;
          case INSERT -> io.tidemark.sql.account.Privilege.INSERT;
          case UPDATE -> io.tidemark.sql.account.Privilege.UPDATE;
          case DELETE -> io.tidemark.sql.account.Privilege.DELETE;
        };
    Privileges privileges = server.privileges();
    if (privilege != Privilege.SELECT) {
      privileges.checkWritable(session);
    }
    privileges.check(session, needed, database, table);
  }

  @Override
  public void useDatabase(String name, SessionContext session) {
    if (!server.catalog().hasDatabase(name)) {
      throw new Rejected(MySqlError.BAD_DB, name);
    }
    server.privileges().checkUse(session, name);
    session.setDatabase(name);
    process.setDatabase(name);
    Optional<byte[]> definition = session.dictionary().findDatabase(name);
    variables.setDatabaseCollation(
        definition
            .map(bytes -> DatabaseDefinition.decode(bytes).collation())
            .orElse(Collations.UTF8MB4_0900_AI_CI));
  }

  @Override
  public long nextRowNumber() {
    return server.rowNumbers().next();
  }

  @Override
  public void reset(SessionContext session) {
    variables.reset();
    session.letClockRun();
  }

  @Override
  public String statistics() {
    EngineStatus status = server.engine().status();
    long seconds = Duration.between(server.startTime(), server.clock().instant()).toSeconds();
    return String.format(
        Locale.ROOT,
        "Uptime: %d  Threads: %d  Questions: %d  Slow queries: 0  Opens: 0  Flush tables: 0  Open"
            + " tables: 0  Queries per second avg: %.3f  Transactions: %d",
        seconds,
        server.connectionCount(),
        server.status().get("Questions"),
        server.status().get("Questions") / (double) Math.max(1, seconds),
        status.activeTransactions());
  }

  @Override
  public int idleTimeoutSeconds(SessionContext session) {
    String name = session.connection().interactive() ? "interactive_timeout" : "wait_timeout";
    return (int) Long.parseLong(variables.find(name, session).orElse("28800"));
  }

  @Override
  public void closed(SessionContext session) {
    server.remove(session.connectionId());
  }
}
