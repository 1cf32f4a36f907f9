package io.tidemark.sql.account;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.IndexDefinition;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.sql.table.TableDefinition;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.RetryLater;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/// The accounts, kept in memory as they stand in the tables `mysql.user`, `mysql.db` and
/// `mysql.tables_priv`. Thread-safe.
///
/// The writer's copy is replaced after each committed change; a replica reads the tables again when
/// its copy is older than a second.
public final class AccountStore {
  public static final String DATABASE = "mysql";
  private static final String USER = "user";
  private static final String DB = "db";
  private static final String TABLES = "tables_priv";
  private static final long REPLICA_AGE_NANOS = 1_000_000_000L;

  private final StorageEngine engine;
  private final TableCatalog catalog;
  private volatile Map<String, AccountEntry> accounts = Map.of();
  private volatile long loadedNanos;

  /// Entries by session's account, forgotten whenever [#accounts] is replaced.
  private volatile ConcurrentHashMap<Account, Optional<AccountEntry>> known =
      new ConcurrentHashMap<>();

  public AccountStore(StorageEngine engine, TableCatalog catalog) {
    this.engine = engine;
    this.catalog = catalog;
  }

  /// Names and definitions of the tables, which the server creates when it starts on an empty
  /// store.
  public static Map<String, TableDefinition> tables(long nowMillis) {
    Map<String, TableDefinition> tables = new HashMap<>();
    ColumnDefinition host = name("Host", 255);
    ColumnDefinition user = name("User", 32);
    ColumnDefinition privileges = ColumnDefinition.of("Privileges", SqlType.BIGINT_UNSIGNED, false);
    tables.put(
        USER,
        table(
            List.of(
                host,
                user,
                name("plugin", 64),
                ColumnDefinition.of(
                    "authentication_string",
                    SqlType.textLob(TypeKind.TEXT, Collations.UTF8MB4_BIN),
                    false),
                ColumnDefinition.of(
                    "account_locked",
                    SqlType.enumOf(List.of("N", "Y"), Collations.UTF8MB4_BIN),
                    false),
                privileges),
            2,
            nowMillis));
    tables.put(DB, table(List.of(host, name("Db", 64), user, privileges), 3, nowMillis));
    tables.put(
        TABLES,
        table(
            List.of(host, name("Db", 64), user, name("Table_name", 64), privileges), 4, nowMillis));
    return tables;
  }

  private static ColumnDefinition name(String column, int length) {
    return ColumnDefinition.of(column, SqlType.varchar(length, Collations.UTF8MB4_BIN), false);
  }

  private static TableDefinition table(
      List<ColumnDefinition> columns, int keyColumns, long nowMillis) {
    List<IndexDefinition.Column> key = new ArrayList<>();
    for (int i = 0; i < keyColumns; i++) {
      key.add(new IndexDefinition.Column(i, 0, false));
    }
    IndexDefinition primary =
        new IndexDefinition(IndexDefinition.PRIMARY_NAME, key, true, false, "", "");
    return TableDefinition.create(
        columns, List.of(primary), Collations.UTF8MB4_BIN, "", Map.of(), nowMillis);
  }

  /// All accounts by [AccountEntry#quoted].
  Map<String, AccountEntry> all() {
    if (engine.isReplica() && System.nanoTime() - loadedNanos > REPLICA_AGE_NANOS) {
      load();
    }
    return accounts;
  }

  Optional<AccountEntry> find(String user, String host) {
    return Optional.ofNullable(all().get(key(user, host)));
  }

  /// The entry of a session's account, without making a key of it: asked by every statement.
  Optional<AccountEntry> find(Account account) {
    all();
    return known.computeIfAbsent(
        account, a -> Optional.ofNullable(accounts.get(key(a.user(), a.host()))));
  }

  private void replace(Map<String, AccountEntry> now) {
    accounts = Map.copyOf(now);
    known = new ConcurrentHashMap<>();
  }

  private static String key(String user, String host) {
    return "'" + user + "'@'" + host + "'";
  }

  /// The account that a client logs in as: the most exact host first, then the named user before
  /// the anonymous one.
  public Optional<Account> findLogin(String user, String clientHost) {
    return all().values().stream()
        .filter(a -> a.user().equals(user) || a.user().isEmpty())
        .filter(a -> HostPattern.matches(a.host(), clientHost))
        .max(
            Comparator.comparingInt((AccountEntry a) -> HostPattern.exactness(a.host()))
                .thenComparing(a -> !a.user().isEmpty()))
        .map(a -> new Account(a.user(), a.host(), a.plugin(), a.authentication(), a.locked()));
  }

  /// Reads the tables.
  public synchronized void load() {
    Transaction transaction = engine.begin(options(true));
    try {
      Map<String, AccountEntry> loaded = new HashMap<>();
      Optional<BaseTable> users = catalog.findStored(DATABASE, USER);
      if (users.isPresent()) {
        scan(transaction, users.get(), row -> loadUser(row, loaded));
        scan(transaction, stored(DB), row -> loadDatabase(row, loaded));
        scan(transaction, stored(TABLES), row -> loadTable(row, loaded));
      }
      replace(loaded);
      loadedNanos = System.nanoTime();
    } finally {
      transaction.rollback();
    }
  }

  private BaseTable stored(String name) {
    return catalog
        .findStored(DATABASE, name)
        .orElseThrow(() -> new RetryLater("table mysql." + name + " is not there yet"));
  }

  private static TransactionOptions options(boolean readOnly) {
    return new TransactionOptions(
        IsolationLevel.REPEATABLE_READ, readOnly, false, Duration.ofSeconds(50), Durability.DISK);
  }

  /// Takes a row of a scan.
  private interface RowVisitor {
    void visit(RowReader row);
  }

  private static void scan(Transaction transaction, BaseTable table, RowVisitor visitor) {
    RowReader reader = table.newRowReader();
    try (Cursor cursor =
        transaction.scan(table.descriptor(), 0, KeyRange.all(), ScanOptions.CONSISTENT)) {
      while (cursor.next()) {
        visitor.visit(reader.wrap(cursor.rowBuffer(), cursor.rowOffset(), cursor.rowLength()));
      }
    }
  }

  private static String text(RowReader row, int column) {
    return new String(row.getBytes(column), StandardCharsets.UTF_8);
  }

  private static void loadUser(RowReader row, Map<String, AccountEntry> loaded) {
    AccountEntry entry =
        new AccountEntry(
            text(row, 1),
            text(row, 0),
            text(row, 2),
            text(row, 3),
            row.getLong(4) == 2,
            row.getLong(5),
            Map.of(),
            Map.of());
    loaded.put(entry.quoted(), entry);
  }

  private static void loadDatabase(RowReader row, Map<String, AccountEntry> loaded) {
    loaded.computeIfPresent(
        key(text(row, 2), text(row, 0)),
        (name, entry) -> {
          Map<String, Long> databases = new HashMap<>(entry.databases());
          databases.put(text(row, 1), row.getLong(3));
          return entry.withPrivileges(entry.global(), databases, entry.tables());
        });
  }

  private static void loadTable(RowReader row, Map<String, AccountEntry> loaded) {
    loaded.computeIfPresent(
        key(text(row, 2), text(row, 0)),
        (name, entry) -> {
          Map<String, Long> tables = new HashMap<>(entry.tables());
          tables.put(AccountEntry.tableKey(text(row, 1), text(row, 3)), row.getLong(4));
          return entry.withPrivileges(entry.global(), entry.databases(), tables);
        });
  }

  /// Replaces all accounts by what `change` makes of them, durably and at once.
  synchronized void change(UnaryOperator<Map<String, AccountEntry>> change) {
    Map<String, AccountEntry> before = accounts;
    Map<String, AccountEntry> after = change.apply(new HashMap<>(before));
    Transaction transaction = engine.begin(options(false));
    boolean committed = false;
    try {
      for (AccountEntry entry : before.values()) {
        if (!entry.equals(after.get(entry.quoted()))) {
          remove(transaction, entry);
        }
      }
      for (AccountEntry entry : after.values()) {
        if (!entry.equals(before.get(entry.quoted()))) {
          add(transaction, entry);
        }
      }
      transaction.commit();
      committed = true;
    } finally {
      if (!committed) {
        transaction.rollback();
      }
    }
    replace(after);
  }

  private void remove(Transaction transaction, AccountEntry entry) {
    BaseTable users = stored(USER);
    transaction.delete(users.descriptor(), users.primaryKey(userRow(users, entry)));
    BaseTable db = stored(DB);
    entry
        .databases()
        .forEach((name, bits) ->
            transaction.delete(db.descriptor(), db.primaryKey(databaseRow(db, entry, name, bits))));
    BaseTable tables = stored(TABLES);
    entry
        .tables()
        .forEach((name, bits) ->
            transaction.delete(
                tables.descriptor(), tables.primaryKey(tableRow(tables, entry, name, bits))));
  }

  private void add(Transaction transaction, AccountEntry entry) {
    BaseTable users = stored(USER);
    insert(transaction, users, userRow(users, entry));
    BaseTable db = stored(DB);
    entry
        .databases()
        .forEach((name, bits) -> insert(transaction, db, databaseRow(db, entry, name, bits)));
    BaseTable tables = stored(TABLES);
    entry
        .tables()
        .forEach((name, bits) -> insert(transaction, tables, tableRow(tables, entry, name, bits)));
  }

  private static void insert(Transaction transaction, BaseTable table, RowReader row) {
    byte[] key = table.primaryKey(row);
    byte[] bytes = row.toBytes();
    if (transaction.find(table.descriptor(), key, LockMode.EXCLUSIVE, LockWait.WAIT).isPresent()) {
      transaction.update(table.descriptor(), key, bytes);
    } else {
      transaction.insert(table.descriptor(), key, bytes, false);
    }
  }

  private static RowReader userRow(BaseTable table, AccountEntry entry) {
    RowWriter writer = table.newRowWriter();
    setText(writer, 0, entry.host());
    setText(writer, 1, entry.user());
    setText(writer, 2, entry.plugin());
    setText(writer, 3, entry.authentication());
    writer.setLong(4, entry.locked() ? 2 : 1);
    writer.setLong(5, entry.global());
    return table.newRowReader().wrap(writer.finish());
  }

  private static RowReader databaseRow(
      BaseTable table, AccountEntry entry, String database, long bits) {
    RowWriter writer = table.newRowWriter();
    setText(writer, 0, entry.host());
    setText(writer, 1, database);
    setText(writer, 2, entry.user());
    writer.setLong(3, bits);
    return table.newRowReader().wrap(writer.finish());
  }

  private static RowReader tableRow(
      BaseTable table, AccountEntry entry, String databaseAndTable, long bits) {
    RowWriter writer = table.newRowWriter();
    int split = databaseAndTable.indexOf('\0');
    setText(writer, 0, entry.host());
    setText(writer, 1, databaseAndTable.substring(0, split));
    setText(writer, 2, entry.user());
    setText(writer, 3, databaseAndTable.substring(split + 1));
    writer.setLong(4, bits);
    return table.newRowReader().wrap(writer.finish());
  }

  private static void setText(RowWriter writer, int column, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    writer.setBytes(column, bytes, 0, bytes.length);
  }
}
