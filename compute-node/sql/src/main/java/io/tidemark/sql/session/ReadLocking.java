package io.tidemark.sql.session;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.LockMode;
import io.tidemark.sql.ast.DataStatement;

/// Which reads without a locking clause lock what they read, and so see the newest versions instead
/// of the snapshot's. Source: MySQL 8.0 manual, "Locks Set by Different SQL Statements in InnoDB".
enum ReadLocking {
  /// READ UNCOMMITTED and READ COMMITTED: none.
  NONE,
  /// REPEATABLE READ: the subqueries and sources of INSERT, REPLACE, UPDATE and DELETE.
  IN_CHANGES,
  /// SERIALIZABLE in a transaction: all.
  EVERYWHERE;

  /// `transaction` tells whether the statement is part of one of several statements.
  static ReadLocking of(IsolationLevel isolation, boolean transaction) {
    return switch (isolation) {
      case READ_UNCOMMITTED, READ_COMMITTED -> NONE;
      case REPEATABLE_READ -> IN_CHANGES;
      case SERIALIZABLE -> transaction ? EVERYWHERE : IN_CHANGES;
    };
  }

  /// How plain reads inside `statement` lock.
  LockMode modeFor(DataStatement statement) {
    boolean locks =
        switch (statement) {
          case DataStatement.Select _, DataStatement.Do _ -> this == EVERYWHERE;
          case DataStatement.Insert _, DataStatement.Update _, DataStatement.Delete _ ->
              this != NONE;
        };
    return locks ? LockMode.SHARE : LockMode.NONE;
  }
}
