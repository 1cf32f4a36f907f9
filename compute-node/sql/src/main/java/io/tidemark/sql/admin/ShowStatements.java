package io.tidemark.sql.admin;

import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.ast.AdministrationCommand.AccountName;
import io.tidemark.sql.ast.AdministrationCommand.Describe;
import io.tidemark.sql.ast.AdministrationCommand.Show;
import io.tidemark.sql.ast.AdministrationCommand.ShowAccount;
import io.tidemark.sql.informationschema.InformationSchema;
import io.tidemark.sql.informationschema.RowBuilder;
import io.tidemark.sql.informationschema.StatusValues;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.sql.variable.SystemVariable;
import io.tidemark.sql.variable.SystemVariables;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// Executes SHOW and DESCRIBE. Stateless.
final class ShowStatements {
  private static final int SHORT_INFO = 100;

  private final ServerContext server;
  private final ShowTables tables;

  ShowStatements(ServerContext server) {
    this.server = server;
    this.tables = new ShowTables(server);
  }

  StatementOutcome show(Show show, SessionContext session, SessionServices services) {
    return switch (show.what()) {
      case "DATABASES" -> tables.databases(show, session, services);
      case "TABLES" -> tables.tables(show, session, services);
      case "TABLE STATUS" -> tables.tableStatus(show, session, services);
      case "COLUMNS" -> tables.columns(show, session, services);
      case "INDEX" -> tables.indexes(show, session, services);
      case "CREATE TABLE" -> tables.createTable(show, session);
      case "CREATE DATABASE" -> tables.createDatabase(show, session);
      case "CREATE VIEW" ->
          throw new Rejected(MySqlError.WRONG_OBJECT, show.database(), show.name(), "VIEW");
      case "CREATE PROCEDURE", "CREATE FUNCTION", "CREATE TRIGGER", "CREATE EVENT" ->
          throw ShowTables.noSuchRoutine(show.what().substring(7), show.name());
      case "VARIABLES" -> variables(show, session, services);
      case "STATUS" -> status(show, session, services);
      case "PROCESSLIST" -> processes(show, session, services);
      case "WARNINGS", "ERRORS" -> warnings(show, session);
      case "COUNT WARNINGS" -> count("@@session.warning_count", session.warnings().count());
      case "COUNT ERRORS" -> count("@@session.error_count", session.warnings().errorCount());
      default -> constant(show, session, services);
    };
  }

  private StatementOutcome constant(Show show, SessionContext session, SessionServices services) {
    return switch (show.what()) {
      case "ENGINES" ->
          ShowFilter.apply(show, ShowColumns.ENGINES, rows("ENGINES", session), services);
      case "CHARACTER SET" ->
          ShowFilter.apply(show, ShowColumns.charset(), characterSets(session), services);
      case "COLLATION" ->
          ShowFilter.apply(show, ShowColumns.COLLATION, rows("COLLATIONS", session), services);
      case "PLUGINS" -> ShowFilter.apply(show, ShowColumns.PLUGINS, plugins(session), services);
      case "PRIVILEGES" -> privileges(show, services);
      case "OPEN TABLES" -> empty(ShowColumns.OPEN_TABLES);
      case "TRIGGERS" -> empty(ShowColumns.TRIGGERS);
      case "EVENTS" -> empty(ShowColumns.EVENTS);
      case "PROCEDURE STATUS", "FUNCTION STATUS" -> empty(ShowColumns.routines());
      case "PROFILES" -> empty(ShowColumns.texts("Query_ID", "Duration", "Query"));
      case "ENGINE STATUS" -> engineStatus(show, session);
      case "ENGINE MUTEX", "ENGINE LOGS" -> empty(ShowColumns.texts("Type", "Name", "Status"));
      case "BINARY LOG STATUS" -> {
        checkReplication(session);
        yield empty(ShowColumns.BINARY_LOG_STATUS);
      }
      case "BINARY LOGS" -> {
        checkReplication(session);
        throw new Rejected(MySqlError.NO_BINARY_LOGGING);
      }
      case "BINLOG EVENTS" -> {
        checkReplication(session);
        yield empty(
            ShowColumns.texts("Log_name", "Pos", "Event_type", "Server_id", "End_log_pos", "Info"));
      }
      case "REPLICAS" -> empty(ShowColumns.REPLICAS);
      case "REPLICA STATUS" -> new ReplicaStatus(server).rows(false);
      case "SLAVE STATUS" -> new ReplicaStatus(server).rows(true);
      default -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "SHOW " + show.what());
    };
  }

  private void checkReplication(SessionContext session) {
    boolean granted =
        server.privileges().isGranted(session.account(), Privilege.SUPER)
            || server.privileges().isGranted(session.account(), Privilege.REPLICATION_CLIENT);
    if (!granted) {
      throw new Rejected(MySqlError.SPECIFIC_ACCESS_DENIED, "SUPER, REPLICATION CLIENT");
    }
  }

  private static StatementOutcome empty(List<ColumnDefinition> columns) {
    return StatementOutcome.Rows.of(columns, List.of());
  }

  private List<Value[]> rows(String table, SessionContext session) {
    List<Value[]> rows = new ArrayList<>();
    if (server.catalog().find(InformationSchema.NAME, table).orElse(null)
        instanceof VirtualTable virtual) {
      virtual.rows(session, Map.of()).forEach(rows::add);
    }
    return rows;
  }

  private List<Value[]> characterSets(SessionContext session) {
    return rows("CHARACTER_SETS", session).stream()
        .map(row -> new Value[] {row[0], row[2], row[1], row[3]})
        .toList();
  }

  private List<Value[]> plugins(SessionContext session) {
    return rows("PLUGINS", session).stream()
        .map(row -> new Value[] {row[0], row[2], row[3], NullValue.NULL, row[9]})
        .toList();
  }

  private StatementOutcome privileges(Show show, SessionServices services) {
    List<Value[]> rows = new ArrayList<>();
    for (Privilege privilege : Privilege.values()) {
      rows.add(
          new RowBuilder()
              .text(privilege.title())
              .text(privilege.context())
              .text(privilege.comment())
              .build());
    }
    return ShowFilter.apply(show, ShowColumns.PRIVILEGES, rows, services);
  }

  private static StatementOutcome variables(
      Show show, SessionContext session, SessionServices services) {
    List<Value[]> rows = new ArrayList<>();
    if (session.settings() instanceof SessionVariables variables) {
      for (SystemVariable variable : SystemVariables.all()) {
        boolean shown = show.global() ? variable.hasGlobal() : true;
        if (!shown || (show.hasLike() && !ShowFilter.like(variable.name(), show.like()))) {
          continue;
        }
        String text =
            (show.global()
                    ? variables.globals().find(variable.name())
                    : variables.find(variable.name(), session))
                .orElse("");
        rows.add(new RowBuilder().text(variable.name()).text(text).build());
      }
    }
    return ShowFilter.apply(show, ShowColumns.VARIABLES, rows, services);
  }

  private StatementOutcome status(Show show, SessionContext session, SessionServices services) {
    List<Value[]> rows = new ArrayList<>();
    new StatusValues(server)
        .all(session)
        .forEach((name, value) -> rows.add(new RowBuilder().text(name).text(value).build()));
    return ShowFilter.apply(show, ShowColumns.VARIABLES, rows, services);
  }

  private StatementOutcome processes(Show show, SessionContext session, SessionServices services) {
    List<Value[]> rows = new ArrayList<>();
    for (Value[] row : rows("PROCESSLIST", session)) {
      if (!show.full() && row[7] instanceof StringValue info) {
        String text = info.asString();
        row[7] = StringValue.of(text.substring(0, Math.min(SHORT_INFO, text.length())));
      }
      rows.add(row);
    }
    return ShowFilter.apply(show, ShowColumns.PROCESSLIST, rows, services);
  }

  private static StatementOutcome warnings(Show show, SessionContext session) {
    List<Value[]> rows = new ArrayList<>();
    long skip = show.offset();
    for (Warnings.Warning warning : session.warnings().list()) {
      if (show.what().equals("ERRORS") && warning.level() != Warnings.Level.ERROR) {
        continue;
      }
      if (skip-- > 0) {
        continue;
      }
      if (show.limit() >= 0 && rows.size() >= show.limit()) {
        break;
      }
      rows.add(
          new RowBuilder()
              .text(warning.level().title())
              .unsigned(warning.number())
              .text(warning.message())
              .build());
    }
    return StatementOutcome.Rows.of(ShowColumns.WARNINGS, rows);
  }

  private static StatementOutcome count(String title, int count) {
    return StatementOutcome.Rows.of(
        List.of(ColumnDefinition.of(title, SqlType.BIGINT, false)),
        List.<Value[]>of(new RowBuilder().number(count).build()));
  }

  StatementOutcome describe(Describe describe, SessionContext session, SessionServices services) {
    return tables.describe(describe, session, services);
  }

  /// SHOW GRANTS and SHOW CREATE USER.
  StatementOutcome account(ShowAccount show, SessionContext session) {
    AccountName name = show.user().isEmpty() ? AccountName.CURRENT : show.user().get(0);
    AccountName shown =
        name.equals(AccountName.CURRENT)
            ? new AccountName(session.account().user(), session.account().host())
            : name;
    String who = shown.user() + "@" + shown.host();
    if (show.create()) {
      String text = server.accounts().createStatement(name, session);
      return StatementOutcome.Rows.of(
          ShowColumns.texts("CREATE USER for " + who),
          List.<Value[]>of(new RowBuilder().text(text).build()));
    }
    List<Value[]> rows = new ArrayList<>();
    server
        .accounts()
        .grants(name, session)
        .forEach(line -> rows.add(new RowBuilder().text(line).build()));
    return StatementOutcome.Rows.of(ShowColumns.texts("Grants for " + who), rows);
  }

  private StatementOutcome engineStatus(Show show, SessionContext session) {
    if (!show.name().equalsIgnoreCase("InnoDB")) {
      throw new Rejected(MySqlError.UNKNOWN_STORAGE_ENGINE, show.name());
    }
    server.privileges().checkGlobal(session, Privilege.PROCESS, "PROCESS");
    EngineStatus status = server.engine().status();
    String text =
        String.join(
            "\n",
            Arrays.asList(
                "TIDEMARK ENGINE STATUS",
                "Log sequence number          " + status.appendLsn().value(),
                "Log flushed up to            " + status.durableLsn().value(),
                "Log applied up to            " + status.appliedLsn().value(),
                "Replica lag                  " + status.lag().toMillis() + " ms",
                "Buffer pool size             " + status.bufferPoolPages() + " pages",
                "Database pages               " + status.bufferPoolPagesUsed(),
                "Buffer pool read requests    " + status.bufferPoolReadRequests(),
                "Buffer pool reads            " + status.bufferPoolReads(),
                "Active transactions          " + status.activeTransactions(),
                "Row lock waits               " + status.rowLockWaits(),
                "Deadlocks                    " + status.deadlocks(),
                "History list length          " + status.historyLength(),
                ""));
    return StatementOutcome.Rows.of(
        ShowColumns.texts("Type", "Name", "Status"),
        List.<Value[]>of(new RowBuilder().text("InnoDB").text("").text(text).build()));
  }
}
