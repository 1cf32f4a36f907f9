package io.tidemark.sql.server;

import io.tidemark.engine.StorageEngine;
import io.tidemark.sql.account.AccountStore;
import io.tidemark.sql.account.Accounts;
import io.tidemark.sql.account.Privileges;
import io.tidemark.sql.admin.Administration;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.ddl.Definitions;
import io.tidemark.sql.informationschema.InformationSchema;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.session.StatusCounters;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.sql.variable.GlobalVariables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/// What all sessions of a server share. Thread-safe.
public final class ServerContext {
  /// A session with what the process list shows of it.
  public record Connection(SqlSession session, SessionProcess process) {}

  private final StorageEngine engine;
  private final GlobalVariables globals;
  private final InstantSource clock;
  private final Instant startTime;
  private final TableCatalog catalog;
  private final RowNumberSource rowNumbers;
  private final ForeignKeyGraph foreignKeys;
  private final StatusCounters status = new StatusCounters();
  private final AccountStore accountStore;
  private final Privileges privileges;
  private final Accounts accounts;
  private final Definitions definitions;
  private final Administration administration;
  private final ConcurrentHashMap<Long, Connection> connections = new ConcurrentHashMap<>();

  ServerContext(StorageEngine engine, GlobalVariables globals, InstantSource clock) {
    this.engine = engine;
    this.globals = globals;
    this.clock = clock;
    this.startTime = clock.instant();
    this.catalog = new TableCatalog(engine.dictionary(), InformationSchema.tables(this));
    this.rowNumbers = new RowNumbers(catalog);
    this.foreignKeys = new ForeignKeyGraph(catalog);
    this.accountStore = new AccountStore(engine, catalog);
    this.privileges = new Privileges(accountStore, engine, globals);
    this.accounts = new Accounts(accountStore, privileges);
    this.definitions = new Definitions(catalog, rowNumbers, foreignKeys);
    this.administration = new Administration(this);
  }

  public StorageEngine engine() {
    return engine;
  }

  public GlobalVariables globals() {
    return globals;
  }

  public InstantSource clock() {
    return clock;
  }

  public Instant startTime() {
    return startTime;
  }

  /// Finds tables by name.
  public TableCatalog catalog() {
    return catalog;
  }

  /// Numbers for the hidden primary keys of tables without one.
  public RowNumberSource rowNumbers() {
    return rowNumbers;
  }

  /// Which tables refer to which.
  public ForeignKeyGraph foreignKeys() {
    return foreignKeys;
  }

  /// Counters of the whole server for SHOW GLOBAL STATUS.
  public StatusCounters status() {
    return status;
  }

  AccountStore accountStore() {
    return accountStore;
  }

  public Privileges privileges() {
    return privileges;
  }

  public Accounts accounts() {
    return accounts;
  }

  /// Executes definition statements.
  public Definitions definitions() {
    return definitions;
  }

  /// Executes SET, SHOW, DESCRIBE, account and other administration statements.
  public Administration administration() {
    return administration;
  }

  /// The open connections in the order of their numbers.
  public List<Connection> connections() {
    return connections.values().stream()
        .sorted(Comparator.comparingLong(c -> c.process().connectionId()))
        .toList();
  }

  int connectionCount() {
    return connections.size();
  }

  void add(Connection connection) {
    connections.put(connection.process().connectionId(), connection);
  }

  /// To be called by a session when it closes.
  public void remove(long connectionId) {
    connections.remove(connectionId);
  }
}
