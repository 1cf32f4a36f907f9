package io.tidemark.sql.session;

import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.DataDictionary;
import io.tidemark.sql.spill.MemoryPool;
import io.tidemark.sql.spill.TemporaryFiles;
import io.tidemark.sql.spill.WorkMemory;
import io.tidemark.sql.variable.SessionSettings;
import io.tidemark.sql.variable.UserVariables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the execution of a statement knows of its session. Confined to the session's thread.
public final class SessionContext {
  private final SqlServer.Account account;
  private final SqlServer.ConnectionAttributes connection;
  private final Surroundings surroundings;
  private final SessionSettings settings;
  private final UserVariables userVariables;
  private final TransactionAccess transactions;
  private final Warnings warnings = new Warnings();
  private final List<WorkMemory> workMemories = new ArrayList<>();
  private String database;
  private Instant statementTime = Instant.EPOCH;
  private @Nullable Instant fixedClock;
  private long lastInsertId;
  private long lastInsertIdArgument;
  private long nextInsertId;
  private long rowCount = -1;
  private long foundRows;
  private volatile boolean interrupted;

  public SessionContext(
      SqlServer.Account account,
      SqlServer.ConnectionAttributes connection,
      Surroundings surroundings,
      SessionSettings settings,
      UserVariables userVariables,
      TransactionAccess transactions) {
    this.account = account;
    this.connection = connection;
    this.surroundings = surroundings;
    this.settings = settings;
    this.userVariables = userVariables;
    this.transactions = transactions;
    this.database = connection.database().orElse("");
  }

  /// What all sessions of a server work with.
  public record Surroundings(
      StorageEngine engine, InstantSource clock, TemporaryFiles temporaryFiles) {}

  /// The session's transaction, for statements that run inside it.
  public interface TransactionAccess {
    /// The running transaction; begun now if there is none.
    Transaction current();

    /// Whether a transaction is open beyond the running statement.
    boolean isOpen();
  }

  public long connectionId() {
    return connection.connectionId();
  }

  public SqlServer.Account account() {
    return account;
  }

  public SqlServer.ConnectionAttributes connection() {
    return connection;
  }

  public StorageEngine engine() {
    return surroundings.engine();
  }

  public DataDictionary dictionary() {
    return engine().dictionary();
  }

  public SessionSettings settings() {
    return settings;
  }

  public UserVariables userVariables() {
    return userVariables;
  }

  public Transaction transaction() {
    return transactions.current();
  }

  public boolean inTransaction() {
    return transactions.isOpen();
  }

  public Warnings warnings() {
    return warnings;
  }

  /// Name of the current database, or empty.
  public String database() {
    return database;
  }

  public void setDatabase(String name) {
    database = name;
  }

  /// Notes the time of the statement that begins now.
  public void startStatement() {
    Instant fixed = fixedClock;
    statementTime = fixed == null ? clock().instant() : fixed;
    lastInsertIdArgument = 0;
    interrupted = false;
  }

  /// What NOW() says throughout the statement.
  public Instant statementTime() {
    return statementTime;
  }

  /// SET TIMESTAMP: statements begin at this instant until [#letClockRun].
  public void fixClock(Instant instant) {
    fixedClock = instant;
  }

  public void letClockRun() {
    fixedClock = null;
  }

  public InstantSource clock() {
    return surroundings.clock();
  }

  /// Memory and temporary files for the rows that something keeps; the caller closes it.
  public WorkMemory newWorkMemory(Runnable interruptCheck) {
    return new WorkMemory(
        surroundings.temporaryFiles(),
        MemoryPool.ofProcess(),
        WorkMemory.Limits.of(
            settings.temporaryTableSize(), settings.sortBufferSize(), settings.joinBufferSize()),
        interruptCheck);
  }

  /// The same for what lives no longer than the running statement: [#endStatement] closes it.
  public WorkMemory statementMemory(Runnable interruptCheck) {
    WorkMemory memory = newWorkMemory(interruptCheck);
    workMemories.add(memory);
    return memory;
  }

  /// Removes what the statement kept, however it ended.
  public void endStatement() {
    if (!workMemories.isEmpty()) {
      workMemories.forEach(WorkMemory::close);
      workMemories.clear();
    }
  }

  /// LAST_INSERT_ID() of the session, an unsigned number.
  public long lastInsertId() {
    return lastInsertId;
  }

  public void setLastInsertId(long value) {
    lastInsertId = value;
  }

  /// `insert_id`: the value for the next AUTO_INCREMENT column, 0 if none was set.
  public long nextInsertId() {
    return nextInsertId;
  }

  public void setNextInsertId(long value) {
    nextInsertId = value;
  }

  /// The argument of the statement's LAST_INSERT_ID(value), which its OK carries; 0 if there was
  /// none.
  public long lastInsertIdArgument() {
    return lastInsertIdArgument;
  }

  public void setLastInsertIdArgument(long value) {
    lastInsertIdArgument = value;
  }

  /// ROW_COUNT().
  public long rowCount() {
    return rowCount;
  }

  public void setRowCount(long value) {
    rowCount = value;
  }

  /// FOUND_ROWS().
  public long foundRows() {
    return foundRows;
  }

  public void setFoundRows(long value) {
    foundRows = value;
  }

  /// Asks the running statement to end with error 1317. Any thread.
  public void interrupt() {
    interrupted = true;
  }

  /// Polled in loops of the executor.
  public boolean isInterrupted() {
    return interrupted;
  }
}
