package io.tidemark.sql.server;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.engine.catalog.DdlTransaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.account.AccountStore;
import io.tidemark.sql.account.Privilege;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.ddl.DatabaseDefinition;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.DefinitionCodec;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.variable.GlobalVariables;
import io.tidemark.sql.variable.SessionVariables;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Accounts and sessions over one storage engine. Thread-safe.
///
/// On an empty store the writer makes the databases `mysql` and `sys`, the tables of accounts, and
/// `root@localhost` without password.
public final class TidemarkSqlServer implements SqlServer {
  private static final String VERSION = "8.0.40-Tidemark-0.1.0";
  private static final int SPARE_CONNECTIONS = 1;

  private final ServerContext context;
  private final SessionFactory sessions;

  private TidemarkSqlServer(ServerContext context, SessionFactory sessions) {
    this.context = context;
    this.sessions = sessions;
  }

  /// Opens the server.
  ///
  /// @param configured values of global variables that the process knows, such as `port`,
  ///   `datadir`, `server_uuid`, `max_connections`, `innodb_buffer_pool_size`
  public static TidemarkSqlServer open(
      StorageEngine engine,
      SessionFactory sessions,
      Map<String, String> configured,
      InstantSource clock) {
    Map<String, String> values = new HashMap<>(configured);
    values.putIfAbsent("version", VERSION);
    values.putIfAbsent("tmpdir", System.getProperty("java.io.tmpdir", "/tmp"));
    values.putIfAbsent("version_compile_machine", System.getProperty("os.arch", ""));
    values.putIfAbsent("version_compile_os", System.getProperty("os.name", ""));
    values.putIfAbsent(
        "system_time_zone",
        java.util.TimeZone.getDefault().getDisplayName(false, java.util.TimeZone.SHORT));
    if (engine.isReplica()) {
      values.put("read_only", "ON");
      values.put("super_read_only", "ON");
    }
    GlobalVariables globals = new GlobalVariables(values);
    globals.follow(
        "tidemark_max_page_server_lag", text -> engine.setMaxPageServerLag(Long.parseLong(text)));
    ServerContext context = new ServerContext(engine, globals, clock);
    if (!engine.isReplica()) {
      bootstrap(engine, clock.millis());
    }
    context.accountStore().load();
    if (!engine.isReplica()) {
      context.accounts().bootstrap();
    }
    return new TidemarkSqlServer(context, sessions);
  }

  private static void bootstrap(StorageEngine engine, long nowMillis) {
    DataDictionary dictionary = engine.dictionary();
    Map<String, TableDefinition> tables = AccountStore.tables(nowMillis);
    tables.put(RowNumbers.TABLE, rowNumbersTable(nowMillis));
    boolean complete =
        dictionary.findDatabase("sys").isPresent()
            && tables.keySet().stream()
                .allMatch(name -> dictionary.findTable("mysql", name).isPresent());
    if (complete) {
      return;
    }
    Transaction transaction =
        engine.begin(
            new TransactionOptions(
                IsolationLevel.REPEATABLE_READ,
                false,
                false,
                Duration.ofSeconds(50),
                Durability.DISK));
    try {
      transaction.lockMetadata("mysql", "", MetadataLock.EXCLUSIVE);
      try (DdlTransaction ddl = engine.beginDdl(transaction)) {
        byte[] database = new DatabaseDefinition(Collations.UTF8MB4_0900_AI_CI).encode();
        for (String name : List.of("mysql", "sys")) {
          if (dictionary.findDatabase(name).isEmpty()) {
            ddl.createDatabase(name, database);
          }
        }
        tables.forEach((name, definition) -> create(ddl, dictionary, name, definition));
        ddl.commit();
      }
      transaction.commit();
    } catch (RuntimeException e) {
      transaction.rollback();
      throw e;
    }
  }

  private static void create(
      DdlTransaction ddl, DataDictionary dictionary, String name, TableDefinition definition) {
    if (dictionary.findTable("mysql", name).isPresent()) {
      return;
    }
    TableDescriptor table =
        ddl.createTable(
            "mysql",
            name,
            DefinitionCodec.encode(definition),
            definition.indexes().stream().map(IndexDefinition::unique).toList());
    ddl.setCounter(table, 1);
  }

  private static TableDefinition rowNumbersTable(long nowMillis) {
    return TableDefinition.create(
        List.of(ColumnDefinition.of("unused", SqlType.INT, false)),
        List.of(
            new IndexDefinition(
                IndexDefinition.PRIMARY_NAME,
                List.of(new IndexDefinition.Column(0, 0, false)),
                true,
                false,
                "",
                "")),
        Collations.UTF8MB4_0900_AI_CI,
        "Its counter numbers the rows of tables without primary key.",
        Map.of(),
        nowMillis);
  }

  /// What all sessions share.
  public ServerContext context() {
    return context;
  }

  @Override
  public Optional<Account> findAccount(String user, String clientHost) {
    return context.accountStore().findLogin(user, clientHost);
  }

  @Override
  public SqlSession openSession(Account account, ConnectionAttributes attributes) {
    checkConnections(account);
    String database = attributes.database().orElse("");
    if (!database.isEmpty()) {
      if (!context.catalog().hasDatabase(database)) {
        throw new Rejected(MySqlError.BAD_DB, database);
      }
      if (!context.privileges().sees(account, database)) {
        throw new Rejected(MySqlError.DBACCESS_DENIED, account.user(), account.host(), database);
      }
    }
    SessionVariables variables = new SessionVariables(context.globals());
    Collation collation =
        Collations.find(attributes.collationId()).orElse(Collations.UTF8MB4_0900_AI_CI);
    variables.setNames(collation);
    SessionProcess process =
        new SessionProcess(
            attributes.connectionId(),
            account,
            attributes.clientHost(),
            database,
            context.clock(),
            context.status().counter("Questions"));
    SqlSession session = sessions.open(context, account, attributes, variables, process);
    context.add(new ServerContext.Connection(session, process));
    context.status().count("Connections");
    return session;
  }

  /// `max_connections`, and one more for who may administer.
  private void checkConnections(Account account) {
    long limit = context.globals().getLong("max_connections");
    if (context.privileges().isGranted(account, Privilege.SUPER)) {
      limit += SPARE_CONNECTIONS;
    }
    if (context.connectionCount() >= limit) {
      context.status().count("Connection_errors_max_connections");
      throw new Rejected(MySqlError.CON_COUNT_ERROR);
    }
  }

  @Override
  public List<SqlSession> sessions() {
    return context.connections().stream().map(ServerContext.Connection::session).toList();
  }

  @Override
  public String serverVersion() {
    return context.globals().get("version");
  }

  @Override
  public void close() {
    for (ServerContext.Connection connection : context.connections()) {
      connection.session().interrupt();
    }
  }
}
