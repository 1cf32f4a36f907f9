package io.tidemark.sql.account;

import io.tidemark.engine.StorageEngine;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SqlServer.Account;
import io.tidemark.sql.variable.GlobalVariables;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Locale;
import java.util.Map;

/// Checks what accounts may do. Thread-safe.
public final class Privileges {
  private final AccountStore accounts;
  private final StorageEngine engine;
  private final GlobalVariables globals;

  public Privileges(AccountStore accounts, StorageEngine engine, GlobalVariables globals) {
    this.accounts = accounts;
    this.engine = engine;
    this.globals = globals;
  }

  private AccountEntry entry(Account account) {
    return accounts
        .find(account)
        .orElseGet(() ->
            AccountEntry.of(
                account.user(), account.host(), account.plugin(), account.authentication()));
  }

  /// Whether the account holds a privilege on every database.
  public boolean isGranted(Account account, Privilege privilege) {
    return (entry(account).global() & privilege.bit()) != 0;
  }

  /// Whether the account holds a privilege on a table, `""` for a whole database.
  public boolean isGranted(Account account, Privilege privilege, String database, String table) {
    return (bits(entry(account), database, table) & privilege.bit()) != 0;
  }

  private static long bits(AccountEntry entry, String database, String table) {
    long bits = entry.global();
    if (entry.databases().isEmpty() && entry.tables().isEmpty()) {
      return bits;
    }
    for (Map.Entry<String, Long> granted : entry.databases().entrySet()) {
      if (HostPattern.like(granted.getKey(), 0, database, 0)) {
        bits |= granted.getValue();
      }
    }
    if (!table.isEmpty()) {
      bits |= entry.tables().getOrDefault(AccountEntry.tableKey(database, table), 0L);
    }
    return bits;
  }

  /// Whether the account may see that a database exists: it holds anything in it.
  public boolean sees(Account account, String database) {
    AccountEntry entry = entry(account);
    if (isOpen(database) || entry.global() != 0) {
      return isOpen(database)
          || (entry.global() & ~Privilege.GRANT_OPTION.bit()) != 0
          || bits(entry, database, "") != 0;
    }
    return bits(entry, database, "") != 0
        || entry.tables().keySet().stream().anyMatch(k -> k.startsWith(database + "\0"));
  }

  /// Whether the account may see that a table exists.
  public boolean sees(Account account, String database, String table) {
    return isOpen(database) || bits(entry(account), database, table) != 0;
  }

  /// Computed schemas are for everybody.
  private static boolean isOpen(String database) {
    String name = database.toLowerCase(Locale.ROOT);
    return name.equals("information_schema") || name.equals("performance_schema");
  }

  /// @throws Rejected 1142 without the privilege on the table
  public void check(SessionContext session, Privilege privilege, String database, String table) {
    if (privilege == Privilege.SELECT && isOpen(database)) {
      return;
    }
    Account account = session.account();
    if (!isGranted(account, privilege, database, table)) {
      throw new Rejected(
          MySqlError.TABLEACCESS_DENIED,
          privilege.title(),
          account.user(),
          session.connection().clientHost(),
          table);
    }
  }

  /// @throws Rejected 1044 without the privilege on the database
  public void checkDatabase(SessionContext session, Privilege privilege, String database) {
    Account account = session.account();
    if (!isGranted(account, privilege, database, "")) {
      throw new Rejected(MySqlError.DBACCESS_DENIED, account.user(), account.host(), database);
    }
  }

  /// USE: any privilege in the database will do.
  ///
  /// @throws Rejected 1044
  public void checkUse(SessionContext session, String database) {
    Account account = session.account();
    if (!sees(account, database)) {
      throw new Rejected(MySqlError.DBACCESS_DENIED, account.user(), account.host(), database);
    }
  }

  /// @throws Rejected 1227 without the global privilege
  public void checkGlobal(SessionContext session, Privilege privilege, String title) {
    if (!isGranted(session.account(), privilege)) {
      throw new Rejected(MySqlError.SPECIFIC_ACCESS_DENIED, title);
    }
  }

  /// To be called by every statement that writes or defines.
  ///
  /// @throws Rejected 1290 on a replica and while `read_only` (but not for SUPER) or
  ///   `super_read_only` is on
  public void checkWritable(SessionContext session) {
    if (engine.isReplica()) {
      throw new Rejected(MySqlError.OPTION_PREVENTS_STATEMENT, "--read-only");
    }
    if (globals.isOn("super_read_only")) {
      throw new Rejected(MySqlError.OPTION_PREVENTS_STATEMENT, "--super-read-only");
    }
    if (globals.isOn("read_only") && !isGranted(session.account(), Privilege.SUPER)) {
      throw new Rejected(MySqlError.OPTION_PREVENTS_STATEMENT, "--read-only");
    }
  }
}
