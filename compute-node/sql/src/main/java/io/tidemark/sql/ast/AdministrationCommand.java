package io.tidemark.sql.ast;

import java.util.List;

/// SET, SHOW, DESCRIBE, account and other administration statements.
public sealed interface AdministrationCommand {
  /// A statement that is accepted and has nothing to do.
  ///
  /// @param note a note to warn with, or empty
  record Nothing(String note) implements AdministrationCommand {}

  record Set(List<SetItem> items) implements AdministrationCommand {
    public Set {
      items = List.copyOf(items);
    }
  }

  /// One assignment of SET.
  sealed interface SetItem {}

  record SetUserVariable(String name, Expression value) implements SetItem {}

  /// Where a system variable is set.
  enum SetScope {
    /// `SET name = ..` or SESSION.
    SESSION,
    /// `SET @@name = ..`: as SESSION, but for the next transaction where that differs.
    UNSCOPED,
    GLOBAL,
    /// PERSIST and PERSIST_ONLY.
    PERSIST
  }

  /// `value` is absent for DEFAULT.
  record SetSystemVariable(SetScope scope, String name, Expression value) implements SetItem {}

  /// SET NAMES; `charset` is empty for DEFAULT, `collation` unless written.
  record SetNames(String charset, String collation) implements SetItem {}

  /// SET CHARACTER SET; empty for DEFAULT.
  record SetCharacterSet(String charset) implements SetItem {}

  /// SET TRANSACTION; `scope` UNSCOPED is the next transaction. Texts are upper case or empty.
  ///
  /// @param isolation such as `READ-COMMITTED`
  /// @param access `READ ONLY` or `READ WRITE`
  record SetTransaction(SetScope scope, String isolation, String access) implements SetItem {}

  /// SET PASSWORD; of the session's account if `user` is empty.
  record SetPassword(List<AccountName> user, String password) implements SetItem {
    public SetPassword {
      user = List.copyOf(user);
    }
  }

  /// SHOW.
  ///
  /// @param what the words behind SHOW, GLOBAL, SESSION and FULL, in upper case, such as `TABLES`,
  ///   `CREATE TABLE`, `INDEX`
  /// @param global SHOW GLOBAL VARIABLES or STATUS
  /// @param database of FROM or IN, or empty
  /// @param name table, user or other name, or empty
  /// @param like pattern, or empty if there is none ([#hasLike])
  /// @param where condition, or absent
  /// @param limit LIMIT, or -1
  record Show(
      String what,
      boolean global,
      boolean full,
      String database,
      String name,
      boolean hasLike,
      String like,
      Expression where,
      long offset,
      long limit)
      implements AdministrationCommand {}

  /// SHOW GRANTS; of the session's account if `user` is empty. SHOW CREATE USER likewise.
  record ShowAccount(boolean create, List<AccountName> user) implements AdministrationCommand {
    public ShowAccount {
      user = List.copyOf(user);
    }
  }

  /// DESCRIBE table [column]; the column may be a LIKE pattern, or is empty.
  record Describe(QualifiedName table, String column) implements AdministrationCommand {}

  record Kill(boolean query, Expression id) implements AdministrationCommand {}

  /// FLUSH; the words behind it in upper case.
  record Flush(String what, List<QualifiedName> tables, boolean readLock)
      implements AdministrationCommand {
    public Flush {
      tables = List.copyOf(tables);
    }
  }

  /// ANALYZE, CHECK, OPTIMIZE, REPAIR or CHECKSUM TABLE.
  record Maintain(String verb, List<QualifiedName> tables) implements AdministrationCommand {
    public Maintain {
      tables = List.copyOf(tables);
    }
  }

  /// `user@host`; the host is `%` unless written.
  record AccountName(String user, String host) {
    /// CURRENT_USER stands for the session's account.
    public static final AccountName CURRENT = new AccountName("\0", "");
  }

  /// What CREATE USER and ALTER USER say of one account.
  ///
  /// @param plugin of IDENTIFIED WITH, or empty
  /// @param password of BY; with [#hasPassword]
  /// @param stored of AS: an authentication string; with [#hasStored]
  record Identification(
      AccountName account,
      String plugin,
      boolean hasPassword,
      String password,
      boolean hasStored,
      String stored) {}

  /// `lock` is `LOCK`, `UNLOCK` or empty.
  record CreateUser(boolean ifNotExists, List<Identification> users, String lock)
      implements AdministrationCommand {
    public CreateUser {
      users = List.copyOf(users);
    }
  }

  record AlterUser(boolean ifExists, List<Identification> users, String lock)
      implements AdministrationCommand {
    public AlterUser {
      users = List.copyOf(users);
    }
  }

  record DropUser(boolean ifExists, List<AccountName> users) implements AdministrationCommand {
    public DropUser {
      users = List.copyOf(users);
    }
  }

  /// From and to alternate.
  record RenameUser(List<AccountName> names) implements AdministrationCommand {
    public RenameUser {
      names = List.copyOf(names);
    }
  }

  /// GRANT or REVOKE.
  ///
  /// @param privileges names in upper case; `ALL` for all
  /// @param database `*` for all databases, empty for the current one
  /// @param table `*` for all tables
  record Grant(
      boolean revoke,
      List<String> privileges,
      String database,
      String table,
      List<AccountName> users,
      boolean grantOption)
      implements AdministrationCommand {
    public Grant {
      privileges = List.copyOf(privileges);
      users = List.copyOf(users);
    }
  }
}
