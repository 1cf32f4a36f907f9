package io.tidemark.engine.replica;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.catalog.TreeBirths;
import io.tidemark.engine.table.OpenTables;
import io.tidemark.engine.table.ReadGuard;
import io.tidemark.engine.table.TableStore;
import io.tidemark.engine.txn.CommitTable;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.ReadView;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A transaction on a replica: consistent reads at an applied LSN, nothing else. Writes and locking
/// reads are refused with error 1290. Confined to one thread at a time, but for [#interrupt].
final class ReplicaTransaction implements Transaction, ReadGuard {
  private final TableStore store;
  private final OpenTables tables;
  private final CommitTable commits;
  private final TreeBirths births;
  private final AppliedLsn position;
  private final TransactionOptions options;
  private final HorizonRegistry.Lease lease;
  private final Runnable onEnd;
  private @Nullable ReadView view;
  private volatile boolean interrupted;
  private boolean ended;

  ReplicaTransaction(
      TableStore store,
      OpenTables tables,
      CommitTable commits,
      TreeBirths births,
      AppliedLsn position,
      HorizonRegistry snapshots,
      TransactionOptions options,
      Runnable onEnd) {
    this.store = store;
    this.tables = tables;
    this.commits = commits;
    this.births = births;
    this.position = position;
    this.options = options;
    this.lease = snapshots.newLease();
    this.onEnd = onEnd;
    if (options.consistentSnapshot()) {
      takeSnapshot();
    }
  }

  @Override
  public long id() {
    return 0;
  }

  @Override
  public IsolationLevel isolation() {
    return options.isolation();
  }

  @Override
  public boolean isReadOnly() {
    return true;
  }

  @Override
  public void startStatement() {
    if (options.isolation().compareTo(IsolationLevel.REPEATABLE_READ) < 0 && view != null) {
      view = null;
      lease.close();
    }
  }

  @Override
  public Lsn snapshotLsn() {
    return Lsn.of(takeSnapshot().snapshot());
  }

  private ReadView takeSnapshot() {
    ReadView now = view;
    if (now == null) {
      now = new ReadView(commits, lease.take(position::applied), 0);
      view = now;
    }
    return now;
  }

  private Optional<ReadView> view() {
    ReadView now = takeSnapshot();
    return options.isolation() == IsolationLevel.READ_UNCOMMITTED
        ? Optional.empty()
        : Optional.of(now);
  }

  @Override
  public void lockMetadata(String database, String table, MetadataLock mode) {
    // What a snapshot reads stays readable while it is claimed, whatever the dictionary becomes.
    if (mode == MetadataLock.EXCLUSIVE || mode == MetadataLock.SHARED_NO_WRITE) {
      throw readOnly();
    }
  }

  @Override
  public Optional<byte[]> find(
      TableDescriptor table, byte[] primaryKey, LockMode mode, LockWait wait) {
    checkConsistent(mode);
    births.check(table, 0, takeSnapshot().snapshot());
    Optional<byte[]> row;
    try {
      row = store.find(tables.get(table), primaryKey, view());
    } catch (RuntimeException e) {
      checkSnapshot();
      throw e;
    }
    checkSnapshot();
    return row;
  }

  @Override
  public Cursor scan(TableDescriptor table, int indexNo, KeyRange range, ScanOptions scan) {
    checkConsistent(scan.lockMode());
    births.check(table, indexNo, takeSnapshot().snapshot());
    return store.scan(tables.get(table), indexNo, range, scan, view(), this);
  }

  @Override
  public boolean isInterrupted() {
    return interrupted;
  }

  /// As InnoDB answers where history is missing.
  @Override
  public void checkSnapshot() {
    ReadView now = view;
    if (now != null && now.snapshot() < position.purged()) {
      throw new Rejected(MySqlError.TABLE_DEF_CHANGED);
    }
  }

  private void checkConsistent(LockMode mode) {
    if (ended) {
      throw new IllegalStateException("transaction has ended");
    }
    if (mode != LockMode.NONE) {
      throw readOnly();
    }
  }

  private static Rejected readOnly() {
    return new Rejected(MySqlError.OPTION_PREVENTS_STATEMENT, "--read-only");
  }

  @Override
  public void insert(
      TableDescriptor table, byte[] primaryKey, byte[] row, boolean lockDuplicateExclusive) {
    throw readOnly();
  }

  @Override
  public void insertAll(TableDescriptor table, RowBatch rows) {
    throw readOnly();
  }

  @Override
  public void update(TableDescriptor table, byte[] primaryKey, byte[] newRow) {
    throw readOnly();
  }

  @Override
  public boolean delete(TableDescriptor table, byte[] primaryKey) {
    throw readOnly();
  }

  @Override
  public void unlockUnmatched(TableDescriptor table, byte[] primaryKey) {
    // Nothing is ever locked here.
  }

  @Override
  public long savepoint() {
    return 0;
  }

  @Override
  public void rollbackToSavepoint(long savepoint) {
    // Nothing is ever written here.
  }

  @Override
  public Lsn commit() {
    ReadView seen = view;
    end();
    return Lsn.of(seen == null ? position.applied() : seen.snapshot());
  }

  @Override
  public void rollback() {
    end();
  }

  private void end() {
    if (!ended) {
      ended = true;
      lease.close();
      onEnd.run();
    }
  }

  @Override
  public void interrupt() {
    interrupted = true;
  }

  @Override
  public void clearInterrupt() {
    interrupted = false;
  }
}
