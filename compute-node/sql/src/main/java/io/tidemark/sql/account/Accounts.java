package io.tidemark.sql.account;

import io.tidemark.sql.ast.AdministrationCommand.AccountName;
import io.tidemark.sql.ast.AdministrationCommand.AlterUser;
import io.tidemark.sql.ast.AdministrationCommand.CreateUser;
import io.tidemark.sql.ast.AdministrationCommand.DropUser;
import io.tidemark.sql.ast.AdministrationCommand.Grant;
import io.tidemark.sql.ast.AdministrationCommand.Identification;
import io.tidemark.sql.ast.AdministrationCommand.RenameUser;
import io.tidemark.sql.password.CachingSha2Password;
import io.tidemark.sql.password.NativePassword;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.Warnings;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Executes CREATE, ALTER, DROP and RENAME USER, SET PASSWORD, GRANT and REVOKE. Thread-safe.
public final class Accounts {
  private static final int MAX_USER = 32;
  private static final int MAX_HOST = 255;

  private final AccountStore store;
  private final Privileges privileges;

  public Accounts(AccountStore store, Privileges privileges) {
    this.store = store;
    this.privileges = privileges;
  }

  public void createUsers(CreateUser statement, SessionContext session) {
    privileges.checkGlobal(session, Privilege.CREATE_USER, "CREATE USER");
    store.change(accounts -> {
      List<String> failed = new ArrayList<>();
      for (Identification user : statement.users()) {
        AccountName name = resolve(user.account(), session);
        checkLength(name);
        AccountEntry entry = AccountEntry.of(name.user(), name.host(), "", "");
        if (accounts.containsKey(entry.quoted())) {
          if (statement.ifNotExists()) {
            session
                .warnings()
                .add(Warnings.Level.NOTE, MySqlError.USER_ALREADY_EXISTS, name.user(), name.host());
          } else {
            failed.add(entry.quoted());
          }
          continue;
        }
        entry = identified(entry.withAuthentication(CachingSha2Password.PLUGIN, ""), user);
        accounts.put(entry.quoted(), entry.withLocked(statement.lock().equals("LOCK")));
      }
      refuse("CREATE USER", failed);
      return accounts;
    });
  }

  public void alterUsers(AlterUser statement, SessionContext session) {
    boolean own =
        statement.users().size() == 1
            && isOwn(resolve(statement.users().get(0).account(), session), session)
            && statement.lock().isEmpty();
    if (!own) {
      privileges.checkGlobal(session, Privilege.CREATE_USER, "CREATE USER");
    }
    store.change(accounts -> {
      List<String> failed = new ArrayList<>();
      for (Identification user : statement.users()) {
        AccountName name = resolve(user.account(), session);
        AccountEntry entry =
            accounts.get(AccountEntry.of(name.user(), name.host(), "", "").quoted());
        if (entry == null) {
          if (statement.ifExists()) {
            session
                .warnings()
                .add(Warnings.Level.NOTE, MySqlError.USER_DOES_NOT_EXIST, name.user(), name.host());
          } else {
            failed.add("'" + name.user() + "'@'" + name.host() + "'");
          }
          continue;
        }
        AccountEntry changed = identified(entry, user);
        if (!statement.lock().isEmpty()) {
          changed = changed.withLocked(statement.lock().equals("LOCK"));
        }
        accounts.put(changed.quoted(), changed);
      }
      refuse("ALTER USER", failed);
      return accounts;
    });
  }

  private static boolean isOwn(AccountName name, SessionContext session) {
    return name.user().equals(session.account().user())
        && name.host().equals(session.account().host());
  }

  /// SET PASSWORD; an empty list of names means the session's account.
  public void setPassword(List<AccountName> names, String password, SessionContext session) {
    AccountName name = names.isEmpty() ? AccountName.CURRENT : names.get(0);
    alterUsers(
        new AlterUser(false, List.of(new Identification(name, "", true, password, false, "")), ""),
        session);
  }

  private static AccountEntry identified(AccountEntry entry, Identification user) {
    String plugin = user.plugin().isEmpty() ? entry.plugin() : user.plugin();
    if (!plugin.equals(CachingSha2Password.PLUGIN) && !plugin.equals(NativePassword.PLUGIN)) {
      throw new Rejected(MySqlError.PLUGIN_IS_NOT_LOADED, plugin);
    }
    boolean isNative = plugin.equals(NativePassword.PLUGIN);
    if (user.hasPassword()) {
      byte[] password = user.password().getBytes(StandardCharsets.UTF_8);
      String stored =
          isNative ? NativePassword.store(password) : CachingSha2Password.store(password);
      return entry.withAuthentication(plugin, stored);
    }
    if (user.hasStored()) {
      boolean valid =
          user.stored().isEmpty()
              || (isNative
                  ? NativePassword.isStored(user.stored())
                  : CachingSha2Password.isStored(user.stored()));
      if (!valid) {
        throw new Rejected(MySqlError.PASSWORD_FORMAT);
      }
      return entry.withAuthentication(plugin, user.stored());
    }
    return plugin.equals(entry.plugin()) ? entry : entry.withAuthentication(plugin, "");
  }

  public void dropUsers(DropUser statement, SessionContext session) {
    privileges.checkGlobal(session, Privilege.CREATE_USER, "CREATE USER");
    store.change(accounts -> {
      List<String> failed = new ArrayList<>();
      for (AccountName written : statement.users()) {
        AccountName name = resolve(written, session);
        String quoted = "'" + name.user() + "'@'" + name.host() + "'";
        if (accounts.remove(quoted) == null) {
          if (statement.ifExists()) {
            session
                .warnings()
                .add(Warnings.Level.NOTE, MySqlError.USER_DOES_NOT_EXIST, name.user(), name.host());
          } else {
            failed.add(quoted);
          }
        }
      }
      refuse("DROP USER", failed);
      return accounts;
    });
  }

  public void renameUsers(RenameUser statement, SessionContext session) {
    privileges.checkGlobal(session, Privilege.CREATE_USER, "CREATE USER");
    store.change(accounts -> {
      List<String> failed = new ArrayList<>();
      for (int i = 0; i < statement.names().size(); i += 2) {
        AccountName from = resolve(statement.names().get(i), session);
        AccountName to = resolve(statement.names().get(i + 1), session);
        checkLength(to);
        String quoted = "'" + from.user() + "'@'" + from.host() + "'";
        AccountEntry entry = accounts.get(quoted);
        if (entry == null || accounts.containsKey("'" + to.user() + "'@'" + to.host() + "'")) {
          failed.add(quoted);
          continue;
        }
        accounts.remove(quoted);
        AccountEntry renamed = entry.withName(to.user(), to.host());
        accounts.put(renamed.quoted(), renamed);
      }
      refuse("RENAME USER", failed);
      return accounts;
    });
  }

  private static void refuse(String operation, List<String> failed) {
    if (!failed.isEmpty()) {
      throw new Rejected(MySqlError.CANNOT_USER, operation, String.join(",", failed));
    }
  }

  private static void checkLength(AccountName name) {
    if (name.user().length() > MAX_USER) {
      throw new Rejected(MySqlError.WRONG_STRING_LENGTH, name.user(), "user name", MAX_USER);
    }
    if (name.host().length() > MAX_HOST) {
      throw new Rejected(MySqlError.WRONG_STRING_LENGTH, name.host(), "host name", MAX_HOST);
    }
  }

  static AccountName resolve(AccountName name, SessionContext session) {
    return name.equals(AccountName.CURRENT)
        ? new AccountName(session.account().user(), session.account().host())
        : name;
  }

  public void grant(Grant statement, SessionContext session) {
    String database = statement.database();
    if (database.isEmpty()) {
      database = session.database();
      if (database.isEmpty()) {
        throw new Rejected(MySqlError.NO_DB);
      }
    }
    boolean everywhere = database.equals("*");
    boolean wholeDatabase = !everywhere && statement.table().equals("*");
    long bits = bits(statement, everywhere, wholeDatabase);
    checkMayGrant(
        session,
        bits,
        everywhere ? "" : database,
        wholeDatabase || everywhere ? "" : statement.table());
    String target = database;
    store.change(accounts -> {
      for (AccountName written : statement.users()) {
        AccountName name = resolve(written, session);
        AccountEntry entry = accounts.get("'" + name.user() + "'@'" + name.host() + "'");
        if (entry == null) {
          throw statement.revoke()
              ? new Rejected(MySqlError.NONEXISTING_GRANT, name.user(), name.host())
              : new Rejected(MySqlError.CANT_CREATE_USER_WITH_GRANT);
        }
        AccountEntry changed =
            everywhere
                ? globally(entry, statement, bits)
                : locally(entry, statement, bits, target, wholeDatabase);
        accounts.put(changed.quoted(), changed);
      }
      return accounts;
    });
  }

  private static long bits(Grant statement, boolean everywhere, boolean wholeDatabase) {
    long bits = statement.grantOption() ? Privilege.GRANT_OPTION.bit() : 0;
    for (String title : statement.privileges()) {
      if (title.equals("ALL")) {
        bits |=
            everywhere
                ? Privilege.allGlobal()
                : wholeDatabase ? Privilege.allOfDatabases() : Privilege.allOfTables();
        continue;
      }
      if (title.equals("USAGE")) {
        continue;
      }
      Privilege privilege =
          Privilege.find(title)
              .orElseThrow(() -> new Rejected(MySqlError.NOT_SUPPORTED_YET, "privilege " + title));
      boolean fits =
          everywhere || (wholeDatabase ? privilege.isForDatabases() : privilege.isForTables());
      if (!fits) {
        throw wholeDatabase
            ? new Rejected(MySqlError.WRONG_USAGE, "DB GRANT", "GLOBAL PRIVILEGES")
            : new Rejected(MySqlError.ILLEGAL_GRANT_FOR_TABLE);
      }
      bits |= privilege.bit();
    }
    return bits;
  }

  /// One may give on what one holds oneself, with GRANT OPTION.
  private void checkMayGrant(SessionContext session, long bits, String database, String table) {
    long needed = bits | Privilege.GRANT_OPTION.bit();
    for (Privilege privilege : Privilege.values()) {
      if ((needed & privilege.bit()) == 0
          || privileges.isGranted(session.account(), privilege, database, table)) {
        continue;
      }
      if (table.isEmpty() && database.isEmpty()) {
        throw new Rejected(
            MySqlError.ACCESS_DENIED, session.account().user(), session.account().host(), "YES");
      }
      throw table.isEmpty()
          ? new Rejected(
              MySqlError.DBACCESS_DENIED,
              session.account().user(),
              session.account().host(),
              database)
          : new Rejected(
              MySqlError.TABLEACCESS_DENIED,
              "GRANT",
              session.account().user(),
              session.account().host(),
              table);
    }
  }

  private static AccountEntry globally(AccountEntry entry, Grant statement, long bits) {
    if (!statement.revoke()) {
      return entry.withPrivileges(entry.global() | bits, entry.databases(), entry.tables());
    }
    boolean everything = statement.privileges().equals(List.of("ALL", "GRANT OPTION"));
    return entry.withPrivileges(
        entry.global() & ~bits,
        everything ? Map.of() : entry.databases(),
        everything ? Map.of() : entry.tables());
  }

  private static AccountEntry locally(
      AccountEntry entry, Grant statement, long bits, String database, boolean wholeDatabase) {
    Map<String, Long> changed = new HashMap<>(wholeDatabase ? entry.databases() : entry.tables());
    String key = wholeDatabase ? database : AccountEntry.tableKey(database, statement.table());
    long before = changed.getOrDefault(key, 0L);
    if (statement.revoke() && before == 0) {
      throw wholeDatabase
          ? new Rejected(MySqlError.NONEXISTING_GRANT, entry.user(), entry.host())
          : new Rejected(
              MySqlError.NONEXISTING_TABLE_GRANT, entry.user(), entry.host(), statement.table());
    }
    long after = statement.revoke() ? before & ~bits : before | bits;
    if (after == 0) {
      changed.remove(key);
    } else {
      changed.put(key, after);
    }
    return wholeDatabase
        ? entry.withPrivileges(entry.global(), changed, entry.tables())
        : entry.withPrivileges(entry.global(), entry.databases(), changed);
  }

  /// The rows of SHOW GRANTS.
  ///
  /// @throws Rejected 1141 for an unknown account
  public List<String> grants(AccountName written, SessionContext session) {
    AccountName name = resolve(written, session);
    if (!isOwn(name, session)) {
      privileges.check(session, Privilege.SELECT, AccountStore.DATABASE, "user");
    }
    AccountEntry entry =
        store
            .find(name.user(), name.host())
            .orElseThrow(
                () -> new Rejected(MySqlError.NONEXISTING_GRANT, name.user(), name.host()));
    String to = " TO `" + entry.user() + "`@`" + entry.host() + "`";
    List<String> lines = new ArrayList<>();
    lines.add(line(entry.global(), Privilege.allGlobal(), "*.*", to, true));
    entry
        .databases()
        .forEach((database, bits) ->
            lines.add(line(bits, Privilege.allOfDatabases(), "`" + database + "`.*", to, false)));
    entry
        .tables()
        .forEach((table, bits) ->
            lines.add(
                line(
                    bits,
                    Privilege.allOfTables(),
                    "`" + table.replace("\0", "`.`") + "`",
                    to,
                    false)));
    return lines;
  }

  private static String line(long bits, long all, String on, String to, boolean listAll) {
    List<String> names = new ArrayList<>();
    if (!listAll && (bits & all) == all) {
      names.add("ALL PRIVILEGES");
    } else {
      for (Privilege privilege : Privilege.values()) {
        if (privilege != Privilege.GRANT_OPTION && (bits & privilege.bit()) != 0) {
          names.add(privilege.title());
        }
      }
    }
    String list = names.isEmpty() ? "USAGE" : String.join(", ", names);
    String option = (bits & Privilege.GRANT_OPTION.bit()) != 0 ? " WITH GRANT OPTION" : "";
    return "GRANT " + list + " ON " + on + to + option;
  }

  /// The row of SHOW CREATE USER.
  public String createStatement(AccountName written, SessionContext session) {
    AccountName name = resolve(written, session);
    if (!isOwn(name, session)) {
      privileges.check(session, Privilege.SELECT, AccountStore.DATABASE, "user");
    }
    AccountEntry entry =
        store
            .find(name.user(), name.host())
            .orElseThrow(() ->
                new Rejected(
                    MySqlError.CANNOT_USER,
                    "SHOW CREATE USER",
                    "'" + name.user() + "'@'" + name.host() + "'"));
    String as =
        entry.authentication().isEmpty()
            ? ""
            : " AS '" + entry.authentication().replace("\\", "\\\\").replace("'", "''") + "'";
    return "CREATE USER `"
        + entry.user()
        + "`@`"
        + entry.host()
        + "` IDENTIFIED WITH '"
        + entry.plugin()
        + "'"
        + as
        + " REQUIRE NONE PASSWORD EXPIRE DEFAULT ACCOUNT "
        + (entry.locked() ? "LOCK" : "UNLOCK")
        + " PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL DEFAULT PASSWORD REQUIRE CURRENT"
        + " DEFAULT";
  }

  /// FLUSH PRIVILEGES: reads the tables again.
  public void reload() {
    store.load();
  }

  /// Makes `root@localhost` with every privilege and no password, if there are no accounts.
  public void bootstrap() {
    if (!store.all().isEmpty()) {
      return;
    }
    store.change(accounts -> {
      AccountEntry root =
          AccountEntry.of("root", "localhost", CachingSha2Password.PLUGIN, "")
              .withPrivileges(
                  Privilege.allGlobal() | Privilege.GRANT_OPTION.bit(), Map.of(), Map.of());
      accounts.put(root.quoted(), root);
      return accounts;
    });
  }
}
