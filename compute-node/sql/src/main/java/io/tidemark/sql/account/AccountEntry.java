package io.tidemark.sql.account;

import java.util.Map;
import java.util.TreeMap;

/// An account with what it may do. Immutable.
///
/// @param global privileges everywhere, a set of [Privilege#bit]
/// @param databases privileges by database name or pattern
/// @param tables privileges by `database`, NUL, `table`
public record AccountEntry(
    String user,
    String host,
    String plugin,
    String authentication,
    boolean locked,
    long global,
    Map<String, Long> databases,
    Map<String, Long> tables) {
  public AccountEntry {
    databases = java.util.Collections.unmodifiableMap(new TreeMap<>(databases));
    tables = java.util.Collections.unmodifiableMap(new TreeMap<>(tables));
  }

  static AccountEntry of(String user, String host, String plugin, String authentication) {
    return new AccountEntry(user, host, plugin, authentication, false, 0, Map.of(), Map.of());
  }

  static String tableKey(String database, String table) {
    return database + "\0" + table;
  }

  AccountEntry withAuthentication(String newPlugin, String newAuthentication) {
    return new AccountEntry(
        user, host, newPlugin, newAuthentication, locked, global, databases, tables);
  }

  AccountEntry withLocked(boolean newLocked) {
    return new AccountEntry(
        user, host, plugin, authentication, newLocked, global, databases, tables);
  }

  AccountEntry withName(String newUser, String newHost) {
    return new AccountEntry(
        newUser, newHost, plugin, authentication, locked, global, databases, tables);
  }

  AccountEntry withPrivileges(
      long newGlobal, Map<String, Long> newDatabases, Map<String, Long> newTables) {
    return new AccountEntry(
        user, host, plugin, authentication, locked, newGlobal, newDatabases, newTables);
  }

  /// `'user'@'host'` as messages have it.
  String quoted() {
    return "'" + user + "'@'" + host + "'";
  }
}
