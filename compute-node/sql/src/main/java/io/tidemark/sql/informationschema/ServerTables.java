package io.tidemark.sql.informationschema;

import io.tidemark.engine.BackPressure;
import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.parse.SqlParser;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.table.VirtualTable;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.sql.variable.SystemVariable;
import io.tidemark.sql.variable.SystemVariables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Tables about the server: engines, character sets, processes, variables, status, replication.
final class ServerTables {
  private final ServerContext server;

  private ServerTables(ServerContext server) {
    this.server = server;
  }

  static void addTo(List<VirtualTable> tables, ServerContext server) {
    ServerTables self = new ServerTables(server);
    String schema = InformationSchema.NAME;
    tables.add(
        new ComputedTable(
            schema,
            "ENGINES",
            "ENGINE v64, SUPPORT v8, COMMENT v80, TRANSACTIONS v3?, XA v3?, SAVEPOINTS v3?",
            (session, equalities) -> engines()));
    tables.add(
        new ComputedTable(
            schema,
            "CHARACTER_SETS",
            "CHARACTER_SET_NAME v64, DEFAULT_COLLATE_NAME v64, DESCRIPTION v2048, MAXLEN u",
            (session, equalities) -> characterSets()));
    tables.add(
        new ComputedTable(
            schema,
            "COLLATIONS",
            "COLLATION_NAME v64, CHARACTER_SET_NAME v64, ID u, IS_DEFAULT v3, IS_COMPILED v3,"
                + " SORTLEN u, PAD_ATTRIBUTE v9",
            (session, equalities) -> collations()));
    tables.add(
        new ComputedTable(
            schema,
            "COLLATION_CHARACTER_SET_APPLICABILITY",
            "COLLATION_NAME v64, CHARACTER_SET_NAME v64",
            (session, equalities) ->
                Collations.all().stream()
                    .map(c -> new RowBuilder().text(c.name()).text(c.charset().mysqlName()).build())
                    .toList()));
    tables.add(
        new ComputedTable(
            schema,
            "PROCESSLIST",
            "ID u, USER v32, HOST v261, DB v64?, COMMAND v16, TIME i, STATE v64?, INFO t?",
            (session, equalities) -> self.processes(session)));
    tables.add(
        new ComputedTable(
            schema,
            "KEYWORDS",
            "WORD v128, RESERVED i",
            (session, equalities) ->
                SqlParser.reservedWords().stream()
                    .sorted()
                    .map(word -> new RowBuilder().text(word).number(1).build())
                    .toList()));
    tables.add(
        new ComputedTable(
            schema,
            "PLUGINS",
            "PLUGIN_NAME v64, PLUGIN_VERSION v20, PLUGIN_STATUS v10, PLUGIN_TYPE v80,"
                + " PLUGIN_TYPE_VERSION v20, PLUGIN_LIBRARY v64?, PLUGIN_LIBRARY_VERSION v20?,"
                + " PLUGIN_AUTHOR v64?, PLUGIN_DESCRIPTION t?, PLUGIN_LICENSE v80?, LOAD_OPTION v64",
            (session, equalities) -> plugins()));
    tables.add(
        new ComputedTable(
            schema,
            "USER_PRIVILEGES",
            "GRANTEE v292, TABLE_CATALOG v512, PRIVILEGE_TYPE v64, IS_GRANTABLE v3",
            (session, equalities) -> self.userPrivileges(session)));
    tables.add(
        new ComputedTable(
            schema,
            "TIDEMARK_REPLICA_STATUS",
            "IS_REPLICA v3, APPLIED_LSN u, DURABLE_LSN u, APPEND_LSN u, LAG_MILLISECONDS u",
            (session, equalities) -> self.replicaStatus()));
    tables.add(
        new ComputedTable(
            schema,
            "TIDEMARK_BACK_PRESSURE",
            "THROTTLED v3, THROTTLED_BY v256, REASON v256, LAG_BYTES u, LIMIT_BYTES u,"
                + " DELAY_MICROSECONDS u, THROTTLED_COMMITS u, THROTTLED_MILLISECONDS u",
            (session, equalities) -> self.backPressure()));
    addPerformanceTables(tables, self);
  }

  private static void addPerformanceTables(List<VirtualTable> tables, ServerTables self) {
    String schema = InformationSchema.PERFORMANCE;
    String variables = "VARIABLE_NAME v64, VARIABLE_VALUE v1024?";
    tables.add(
        new ComputedTable(
            schema,
            "global_variables",
            variables,
            (session, equalities) -> variables(session, true)));
    tables.add(
        new ComputedTable(
            schema,
            "session_variables",
            variables,
            (session, equalities) -> variables(session, false)));
    tables.add(
        new ComputedTable(
            schema, "global_status", variables, (session, equalities) -> self.status(session)));
    tables.add(
        new ComputedTable(
            schema, "session_status", variables, (session, equalities) -> self.status(session)));
  }

  static List<Value[]> engines() {
    return List.<Value[]>of(
        new RowBuilder()
            .text("InnoDB")
            .text("DEFAULT")
            .text("Supports transactions, row-level locking, and foreign keys")
            .text("YES")
            .text("NO")
            .text("YES")
            .build());
  }

  static List<Value[]> characterSets() {
    return Stream.of(Charset.values())
        .sorted(Comparator.comparing(Charset::mysqlName))
        .map(c ->
            new RowBuilder()
                .text(c.mysqlName())
                .text(c.defaultCollation().name())
                .text(c.description())
                .unsigned(c.maxBytesPerCharacter())
                .build())
        .toList();
  }

  static List<Value[]> collations() {
    return Collations.all().stream().map(ServerTables::collation).toList();
  }

  private static Value[] collation(Collation c) {
    return new RowBuilder()
        .text(c.name())
        .text(c.charset().mysqlName())
        .unsigned(c.id())
        .text(c.equals(c.charset().defaultCollation()) ? "Yes" : "")
        .text("Yes")
        .unsigned(c.name().contains("0900") && !c.isBinary() ? 0 : 1)
        .text(c.padSpace() ? "PAD SPACE" : "NO PAD")
        .build();
  }

  private List<Value[]> processes(SessionContext session) {
    List<Value[]> rows = new ArrayList<>();
    boolean all = server.privileges().isGranted(session.account(), Privilege.PROCESS);
    for (ServerContext.Connection connection : server.connections()) {
      SessionProcess process = connection.process();
      if (all || process.account().user().equals(session.account().user())) {
        rows.add(
            new RowBuilder()
                .unsigned(process.connectionId())
                .text(process.account().user())
                .text(process.clientHost())
                .textOrNull(process.database())
                .text(process.command())
                .number(process.millis() / 1000)
                .text(process.state())
                .textOrNull(process.text())
                .build());
      }
    }
    return rows;
  }

  private static List<Value[]> plugins() {
    List<Value[]> rows = new ArrayList<>();
    plugin(rows, "mysql_native_password", "AUTHENTICATION", "Native MySQL authentication");
    plugin(rows, "caching_sha2_password", "AUTHENTICATION", "Caching sha2 authentication");
    plugin(rows, "InnoDB", "STORAGE ENGINE", "Pages built from redo, on shared storage");
    return rows;
  }

  private static void plugin(List<Value[]> rows, String name, String type, String description) {
    rows.add(
        new RowBuilder()
            .text(name)
            .text("1.0")
            .text("ACTIVE")
            .text(type)
            .text("1.0")
            .none()
            .none()
            .text("Tidemark")
            .text(description)
            .text("Apache-2.0")
            .text("FORCE")
            .build());
  }

  private List<Value[]> userPrivileges(SessionContext session) {
    List<Value[]> rows = new ArrayList<>();
    String grantee = "'" + session.account().user() + "'@'" + session.account().host() + "'";
    boolean grantable = server.privileges().isGranted(session.account(), Privilege.GRANT_OPTION);
    for (Privilege privilege : Privilege.values()) {
      if (privilege != Privilege.GRANT_OPTION
          && server.privileges().isGranted(session.account(), privilege)) {
        rows.add(
            new RowBuilder()
                .text(grantee)
                .text("def")
                .text(privilege.title())
                .text(grantable ? "YES" : "NO")
                .build());
      }
    }
    return rows;
  }

  private List<Value[]> replicaStatus() {
    EngineStatus status = server.engine().status();
    return List.<Value[]>of(
        new RowBuilder()
            .text(server.engine().isReplica() ? "YES" : "NO")
            .unsigned(status.appliedLsn().value())
            .unsigned(status.durableLsn().value())
            .unsigned(status.appendLsn().value())
            .unsigned(status.lag().toMillis())
            .build());
  }

  private List<Value[]> backPressure() {
    BackPressure pressure = server.engine().backPressure();
    String reason =
        pressure.isActive() ? "redo that is not uploaded exceeds tidemark_max_page_server_lag" : "";
    return List.<Value[]>of(
        new RowBuilder()
            .text(pressure.isActive() ? "YES" : "NO")
            .text(pressure.behind())
            .text(reason)
            .unsigned(pressure.lagBytes())
            .unsigned(pressure.limitBytes())
            .unsigned(pressure.delay().toNanos() / 1000)
            .unsigned(pressure.delayedCommits())
            .unsigned(pressure.delayedTime().toMillis())
            .build());
  }

  private static List<Value[]> variables(SessionContext session, boolean global) {
    List<Value[]> rows = new ArrayList<>();
    if (session.settings() instanceof SessionVariables variables) {
      for (SystemVariable variable : SystemVariables.all()) {
        if (global && !variable.hasGlobal()) {
          continue;
        }
        Optional<String> text =
            global
                ? variables.globals().find(variable.name())
                : variables.find(variable.name(), session);
        rows.add(new RowBuilder().text(variable.name()).text(text.orElse("")).build());
      }
    }
    return rows;
  }

  private List<Value[]> status(SessionContext session) {
    List<Value[]> rows = new ArrayList<>();
    new StatusValues(server)
        .all(session)
        .forEach((name, value) -> rows.add(new RowBuilder().text(name).text(value).build()));
    return rows;
  }
}
