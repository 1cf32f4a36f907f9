package io.tidemark.sql.session;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.sql.variable.SessionSettings;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The session's transaction: begun by BEGIN, by `autocommit=0`, or for a single statement.
/// Confined to the session's thread, but for [#interrupt].
public final class SessionTransactions implements SessionContext.TransactionAccess {
  private final StorageEngine engine;
  private final SessionSettings settings;
  private final UnaryOperator<Transaction> guard;
  private final Map<String, Long> savepoints = new LinkedHashMap<>();
  private volatile @Nullable Transaction transaction;
  private boolean explicit;

  public SessionTransactions(StorageEngine engine, SessionSettings settings) {
    this(engine, settings, transaction -> transaction);
  }

  /// `guard` is put around each transaction, such as the one that keeps foreign keys.
  public SessionTransactions(
      StorageEngine engine, SessionSettings settings, UnaryOperator<Transaction> guard) {
    this.engine = engine;
    this.settings = settings;
    this.guard = guard;
  }

  @Override
  public Transaction current() {
    return forStatement(true);
  }

  @Override
  public boolean isOpen() {
    return explicit || (!settings.autocommit() && transaction != null);
  }

  /// The transaction for a statement; a new one for a single statement that only reads is
  /// read-only.
  Transaction forStatement(boolean writes) {
    Transaction running = transaction;
    if (running == null) {
      IsolationLevel isolation = settings.takeNextIsolation();
      boolean readOnly = settings.takeNextReadOnly();
      boolean single = settings.autocommit() && !explicit;
      running = begin(isolation, readOnly || (single && !writes), false);
    }
    return running;
  }

  private Transaction begin(IsolationLevel isolation, boolean readOnly, boolean snapshot) {
    Transaction begun =
        guard.apply(
            engine.begin(
                new TransactionOptions(
                    isolation,
                    readOnly,
                    snapshot,
                    settings.lockWaitTimeout(),
                    settings.durability(),
                    settings.commitTimeout())));
    transaction = begun;
    return begun;
  }

  /// BEGIN: ends the running transaction by committing it.
  void begin(boolean snapshot, boolean readOnlySaid, boolean readWriteSaid) {
    commit();
    IsolationLevel isolation = settings.takeNextIsolation();
    boolean readOnly = settings.takeNextReadOnly();
    explicit = true;
    begin(isolation, readWriteSaid ? false : readOnlySaid || readOnly, snapshot);
  }

  void commit() {
    Transaction running = transaction;
    end();
    if (running != null) {
      running.commit();
    }
  }

  void rollback() {
    Transaction running = transaction;
    end();
    if (running != null) {
      running.rollback();
    }
  }

  /// AND CHAIN: begins a transaction like the one that has ended.
  void chain(IsolationLevel isolation, boolean readOnly) {
    explicit = true;
    begin(isolation, readOnly, false);
  }

  private void end() {
    transaction = null;
    explicit = false;
    savepoints.clear();
  }

  /// A statement is complete: commits if it was a transaction of its own.
  void endStatement() {
    if (transaction != null && !isOpen()) {
      commit();
    }
  }

  /// A statement has failed and is undone already; `rolledBack` says the engine ended the
  /// transaction.
  void failStatement(boolean rolledBack) {
    if (rolledBack) {
      end();
    } else if (transaction != null && !isOpen()) {
      rollback();
    }
  }

  void savepoint(String name) {
    if (settings.autocommit() && !explicit) {
      return;
    }
    String key = name.toLowerCase(Locale.ROOT);
    long point = forStatement(true).savepoint();
    savepoints.remove(key);
    savepoints.put(key, point);
  }

  void rollbackToSavepoint(String name) {
    Long point = savepoints.get(name.toLowerCase(Locale.ROOT));
    if (point == null) {
      throw new Rejected(MySqlError.SP_DOES_NOT_EXIST, "SAVEPOINT", name);
    }
    forStatement(true).rollbackToSavepoint(point);
    dropBehind(name, false);
  }

  void releaseSavepoint(String name) {
    if (!savepoints.containsKey(name.toLowerCase(Locale.ROOT))) {
      throw new Rejected(MySqlError.SP_DOES_NOT_EXIST, "SAVEPOINT", name);
    }
    dropBehind(name, true);
  }

  private void dropBehind(String name, boolean itself) {
    String key = name.toLowerCase(Locale.ROOT);
    boolean behind = false;
    var entries = savepoints.entrySet().iterator();
    while (entries.hasNext()) {
      boolean same = entries.next().getKey().equals(key);
      if (behind || (same && itself)) {
        entries.remove();
      }
      behind |= same;
    }
  }

  /// Whether the open transaction refuses writes.
  boolean isReadOnly() {
    Transaction running = transaction;
    return running != null && running.isReadOnly();
  }

  /// Isolation of the running transaction, or of the next one.
  IsolationLevel isolation() {
    Transaction running = transaction;
    return running == null ? settings.transactionIsolation() : running.isolation();
  }

  /// Ends a lock wait of the running statement. Any thread.
  void interrupt() {
    Transaction running = transaction;
    if (running != null) {
      running.interrupt();
    }
  }

  /// Forgets an interrupt of a statement before.
  void clearInterrupt() {
    Transaction running = transaction;
    if (running != null) {
      running.clearInterrupt();
    }
  }
}
