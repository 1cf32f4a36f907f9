package io.tidemark.sql.session;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.Transaction.MetadataLock;
import io.tidemark.sql.ast.SessionStatement;
import io.tidemark.sql.ast.TransactionStatement;
import io.tidemark.sql.ast.TransactionStatement.AccessMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Executes statements that begin and end transactions, and table locks. Confined to the session's
/// thread.
final class ControlExecutor {
  private final SessionContext session;
  private final SessionTransactions transactions;
  private @Nullable Transaction tableLocks;

  ControlExecutor(SessionContext session, SessionTransactions transactions) {
    this.session = session;
    this.transactions = transactions;
  }

  void execute(TransactionStatement statement) {
    switch (statement) {
      case TransactionStatement.Begin begin -> {
        unlockTables();
        transactions.begin(
            begin.consistentSnapshot(),
            begin.accessMode() == AccessMode.READ_ONLY,
            begin.accessMode() == AccessMode.READ_WRITE);
      }
      case TransactionStatement.Commit commit -> {
        IsolationLevel isolation = transactions.isolation();
        boolean readOnly = transactions.isReadOnly();
        transactions.commit();
        if (commit.chain()) {
          transactions.chain(isolation, readOnly);
        }
      }
      case TransactionStatement.Rollback rollback -> {
        IsolationLevel isolation = transactions.isolation();
        boolean readOnly = transactions.isReadOnly();
        transactions.rollback();
        if (rollback.chain()) {
          transactions.chain(isolation, readOnly);
        }
      }
      case TransactionStatement.Savepoint savepoint -> transactions.savepoint(savepoint.name());
      case TransactionStatement.RollbackToSavepoint to ->
          transactions.rollbackToSavepoint(to.name());
      case TransactionStatement.ReleaseSavepoint release ->
          transactions.releaseSavepoint(release.name());
    }
  }

  /// LOCK TABLES: a transaction of its own holds the metadata locks until UNLOCK TABLES. The
  /// session's own statements use the tables all the same when the lock is shared; a write lock is
  /// granted as one that keeps other writers out.
  void lockTables(SessionStatement.LockTables statement) {
    transactions.commit();
    unlockTables();
    for (SessionStatement.LockItem item : statement.items()) {
      if (item.write()) {
        throw new Rejected(MySqlError.NOT_SUPPORTED_YET, "LOCK TABLES .. WRITE");
      }
    }
    Transaction holder =
        session
            .engine()
            .begin(
                new io.tidemark.engine.TransactionOptions(
                    IsolationLevel.READ_COMMITTED,
                    true,
                    false,
                    Duration.ofHours(1),
                    session.settings().durability()));
    tableLocks = holder;
    for (SessionStatement.LockItem item : statement.items()) {
      String database =
          Optional.of(item.table().database()).filter(d -> !d.isEmpty()).orElse(session.database());
      if (session.dictionary().findTable(database, item.table().name()).isEmpty()) {
        unlockTables();
        throw new Rejected(MySqlError.NO_SUCH_TABLE, database, item.table().name());
      }
      holder.lockMetadata(database, item.table().name(), MetadataLock.SHARED_NO_WRITE);
    }
  }

  void unlockTables() {
    Transaction holder = tableLocks;
    tableLocks = null;
    if (holder != null) {
      holder.rollback();
    }
  }
}
