package io.tidemark.sql.admin;

import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.sql.account.Accounts;
import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.ast.AdministrationCommand;
import io.tidemark.sql.ast.AdministrationCommand.AccountName;
import io.tidemark.sql.ast.AdministrationCommand.Flush;
import io.tidemark.sql.ast.AdministrationCommand.Kill;
import io.tidemark.sql.ast.AdministrationCommand.Maintain;
import io.tidemark.sql.ast.QualifiedName;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.parse.AdministrationParser;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.session.StatementOutcome;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.ArrayList;
import java.util.List;

/// Executes administration statements. Thread-safe.
public final class Administration {
  private final ServerContext server;
  private final ShowStatements shows;

  public Administration(ServerContext server) {
    this.server = server;
    this.shows = new ShowStatements(server);
  }

  /// Whether a statement leaves the diagnostics of the one before as they are: SHOW WARNINGS, SHOW
  /// ERRORS and their counts.
  public static boolean keepsDiagnostics(SessionStatement.Administration statement) {
    if (!statement.verb().equals("SHOW")) {
      return false;
    }
    String text = statement.text().toUpperCase(java.util.Locale.ROOT);
    return text.contains("WARNINGS") || text.contains("ERRORS");
  }

  /// Executes one statement.
  ///
  /// @throws Rejected with the statement's error
  public StatementOutcome execute(
      SessionStatement.Administration statement, SessionContext session, SessionServices services) {
    AdministrationCommand command =
        AdministrationParser.parse(statement.text(), session.settings().sqlModeBits());
    return execute(command, session, services);
  }

  /// Executes a parsed statement.
  public StatementOutcome execute(
      AdministrationCommand command, SessionContext session, SessionServices services) {
    return switch (command) {
      case AdministrationCommand.Nothing nothing -> StatementOutcome.DONE;
      case AdministrationCommand.Set set -> {
        new SetStatement(server, session, services).execute(set);
        yield StatementOutcome.DONE;
      }
      case AdministrationCommand.Show show -> shows.show(show, session, services);
      case AdministrationCommand.ShowAccount show -> shows.account(show, session);
      case AdministrationCommand.Describe describe -> shows.describe(describe, session, services);
      case AdministrationCommand.Kill kill -> kill(kill, session, services);
      case AdministrationCommand.Flush flush -> flush(flush, session, services);
      case AdministrationCommand.Maintain maintain -> maintain(maintain, session, services);
      case AdministrationCommand.CreateUser create ->
          change(session, services, accounts -> accounts.createUsers(create, session));
      case AdministrationCommand.AlterUser alter ->
          change(session, services, accounts -> accounts.alterUsers(alter, session));
      case AdministrationCommand.DropUser drop ->
          change(session, services, accounts -> accounts.dropUsers(drop, session));
      case AdministrationCommand.RenameUser rename ->
          change(session, services, accounts -> accounts.renameUsers(rename, session));
      case AdministrationCommand.Grant grant ->
          change(session, services, accounts -> accounts.grant(grant, session));
    };
  }

  /// A change of accounts.
  @FunctionalInterface
  private interface AccountChange {
    void apply(Accounts accounts);
  }

  private StatementOutcome change(
      SessionContext session, SessionServices services, AccountChange change) {
    server.privileges().checkWritable(session);
    services.commit();
    change.apply(server.accounts());
    return StatementOutcome.DONE;
  }

  /// SET PASSWORD, for [SetStatement].
  static void setPassword(
      ServerContext server,
      List<AccountName> names,
      String password,
      SessionContext session,
      SessionServices services) {
    server.privileges().checkWritable(session);
    services.commit();
    server.accounts().setPassword(names, password, session);
  }

  private StatementOutcome kill(Kill kill, SessionContext session, SessionServices services) {
    Value value = services.evaluate(kill.id());
    if (!(value instanceof IntValue id)) {
      throw new Rejected(MySqlError.UNKNOWN_THREAD, 0);
    }
    ServerContext.Connection target =
        server.connections().stream()
            .filter(c -> c.process().connectionId() == id.value())
            .findFirst()
            .orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_THREAD, id.value()));
    SessionProcess process = target.process();
    boolean own =
        process.account().user().equals(session.account().user())
            && process.account().host().equals(session.account().host());
    if (!own && !server.privileges().isGranted(session.account(), Privilege.SUPER)) {
      throw new Rejected(MySqlError.KILL_DENIED, id.value());
    }
    target.session().interrupt();
    if (!kill.query()) {
      target.session().kill();
    }
    return StatementOutcome.DONE;
  }

  private StatementOutcome flush(Flush flush, SessionContext session, SessionServices services) {
    server.privileges().checkGlobal(session, Privilege.RELOAD, "RELOAD");
    switch (flush.what()) {
      case "TABLES" -> flushTables(flush, session, services);
      case "PRIVILEGES" -> server.accounts().reload();
      case "STATUS",
          "LOGS",
          "ENGINE LOGS",
          "ERROR LOGS",
          "GENERAL LOGS",
          "SLOW LOGS",
          "HOSTS",
          "USER_RESOURCES",
          "OPTIMIZER_COSTS" -> {}
      default -> throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "FLUSH " + flush.what());
    }
    return StatementOutcome.DONE;
  }

  /// Named tables WITH READ LOCK are locked until the transaction ends; a global read lock is not
  /// there.
  private static void flushTables(Flush flush, SessionContext session, SessionServices services) {
    if (!flush.readLock()) {
      services.commit();
      return;
    }
    throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "FLUSH TABLES WITH READ LOCK");
  }

  private StatementOutcome maintain(
      Maintain maintain, SessionContext session, SessionServices services) {
    services.commit();
    boolean checksum = maintain.verb().equals("CHECKSUM");
    if (checksum) {
      throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "CHECKSUM TABLE");
    }
    List<Value[]> rows = new ArrayList<>();
    for (QualifiedName written : maintain.tables()) {
      String database = written.hasDatabase() ? written.database() : session.database();
      if (database.isEmpty()) {
        throw new Rejected(MySqlError.NO_DB);
      }
      server.privileges().check(session, Privilege.SELECT, database, written.name());
      String name = database + "." + written.name();
      if (server.catalog().find(database, written.name()).isEmpty()) {
        String message = MySqlError.NO_SUCH_TABLE.format(database, written.name());
        addRow(rows, name, maintain.verb(), "Error", message);
        addRow(rows, name, maintain.verb(), "status", "Operation failed");
        continue;
      }
      session.transaction().lockMetadata(database, written.name(), MetadataLock.SHARED_READ);
      switch (maintain.verb()) {
        case "CHECK" -> {
          String found = new TableCheck(server, session).check(database, written.name());
          addRow(
              rows,
              name,
              "CHECK",
              found.isEmpty() ? "status" : "error",
              found.isEmpty() ? "OK" : found);
        }
        case "REPAIR" ->
            addRow(
                rows,
                name,
                "REPAIR",
                "note",
                "The storage engine for the table doesn't support repair");
        case "OPTIMIZE" -> {
          addRow(
              rows, name, "OPTIMIZE", "note", "Pages are merged in the background; nothing to do");
          addRow(rows, name, "OPTIMIZE", "status", "OK");
        }
        default -> addRow(rows, name, maintain.verb(), "status", "OK");
      }
    }
    return StatementOutcome.Rows.of(ShowColumns.texts("Table", "Op", "Msg_type", "Msg_text"), rows);
  }

  private static void addRow(
      List<Value[]> rows, String table, String verb, String type, String text) {
    rows.add(
        new Value[] {
          StringValue.of(table),
          StringValue.of(verb.toLowerCase(java.util.Locale.ROOT)),
          StringValue.of(type),
          StringValue.of(text)
        });
  }

  /// A text, or NULL.
  static Value textOrNull(String text) {
    return text.isEmpty() ? NullValue.NULL : StringValue.of(text);
  }

  static void warn(SessionContext session, MySqlError error, Object... arguments) {
    session.warnings().add(Warnings.Level.WARNING, error, arguments);
  }
}
