package io.tidemark.sql.ast;

/// Statements that begin and end transactions.
public sealed interface TransactionStatement extends Statement {
  /// BEGIN or START TRANSACTION.
  record Begin(boolean consistentSnapshot, AccessMode accessMode) implements TransactionStatement {}

  /// READ ONLY, READ WRITE, or neither.
  enum AccessMode {
    UNSPECIFIED,
    READ_ONLY,
    READ_WRITE
  }

  record Commit(boolean chain, boolean release) implements TransactionStatement {}

  record Rollback(boolean chain, boolean release) implements TransactionStatement {}

  record Savepoint(String name) implements TransactionStatement {}

  record RollbackToSavepoint(String name) implements TransactionStatement {}

  record ReleaseSavepoint(String name) implements TransactionStatement {}
}
