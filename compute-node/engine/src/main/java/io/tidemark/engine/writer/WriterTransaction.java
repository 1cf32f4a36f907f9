package io.tidemark.engine.writer;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.engine.table.BatchInsert;
import io.tidemark.engine.table.OpenTable;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.ReadView;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.engine.txn.WriteState;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A transaction on the writer. Confined to one thread at a time, but for [#interrupt].
final class WriterTransaction implements Transaction {
  private static final long NO_SNAPSHOT = -1;

  private final WriterParts parts;
  private final TransactionSystem system;
  private final TransactionContext context;
  private final TransactionOptions options;
  private final HorizonRegistry.Lease lease;
  private long snapshot = NO_SNAPSHOT;
  private @Nullable ReadView view;
  private long viewId;
  private boolean ended;

  /// A statement could not be taken back; the transaction can only be rolled back.
  private boolean doomed;

  WriterTransaction(WriterParts parts, TransactionOptions options) {
    this.parts = parts;
    this.system = parts.system();
    this.options = options;
    this.context =
        new TransactionContext(
            system, options.isolation(), options.readOnly(), options.lockWaitTimeout());
    this.lease = system.horizons().newLease();
    if (options.consistentSnapshot()) {
      takeSnapshot();
    }
  }

  @Override
  public long id() {
    return context.ownId();
  }

  @Override
  public IsolationLevel isolation() {
    return context.isolation();
  }

  @Override
  public boolean isReadOnly() {
    return context.isReadOnly();
  }

  // Snapshots

  @Override
  public void startStatement() {
    if (!keepsSnapshot() && snapshot != NO_SNAPSHOT) {
      snapshot = NO_SNAPSHOT;
      view = null;
      lease.close();
    }
  }

  private boolean keepsSnapshot() {
    return context.locksGaps();
  }

  @Override
  public Lsn snapshotLsn() {
    return Lsn.of(takeSnapshot());
  }

  private long takeSnapshot() {
    if (snapshot == NO_SNAPSHOT) {
      snapshot = lease.take(system::visibleLsn);
    }
    return snapshot;
  }

  /// What consistent reads see; empty for READ UNCOMMITTED, which sees everything.
  private Optional<ReadView> view() {
    takeSnapshot();
    if (context.isolation() == IsolationLevel.READ_UNCOMMITTED) {
      return Optional.empty();
    }
    ReadView now = view;
    if (now == null || viewId != context.ownId()) {
      viewId = context.ownId();
      now = new ReadView(system.commits(), snapshot, viewId);
      view = now;
    }
    return Optional.of(now);
  }

  /// Plain reads of a SERIALIZABLE transaction lock shared.
  private LockMode effective(LockMode mode) {
    return mode == LockMode.NONE && context.isolation() == IsolationLevel.SERIALIZABLE
        ? LockMode.SHARE
        : mode;
  }

  // Reads

  @Override
  public Optional<byte[]> find(
      TableDescriptor table, byte[] primaryKey, LockMode mode, LockWait wait) {
    OpenTable open = open(table);
    LockMode effective = effective(mode);
    if (effective == LockMode.NONE) {
      Optional<ReadView> seen = view();
      parts.dictionary().births().check(table, 0, snapshot);
      return parts.store().find(open, primaryKey, seen);
    }
    try {
      return parts.store().findLocking(context, open, primaryKey, effective, wait);
    } catch (Rejected e) {
      throw afterRejection(e);
    }
  }

  @Override
  public Cursor scan(TableDescriptor table, int indexNo, KeyRange range, ScanOptions asked) {
    OpenTable open = open(table);
    LockMode effective = effective(asked.lockMode());
    if (effective == LockMode.NONE) {
      Optional<ReadView> seen = view();
      parts.dictionary().births().check(table, indexNo, snapshot);
      return parts.store().scan(open, indexNo, range, asked, seen, context.owner()::isInterrupted);
    }
    ScanOptions locking =
        new ScanOptions(
            asked.descending(),
            asked.keysOnly(),
            effective,
            asked.lockWait(),
            asked.expectedRows());
    Cursor cursor = parts.store().scanLocking(context, open, indexNo, range, locking);
    return new RejectingCursor(cursor, this);
  }

  // Changes

  @Override
  public void insert(
      TableDescriptor table, byte[] primaryKey, byte[] row, boolean lockDuplicateExclusive) {
    OpenTable open = open(table);
    context.write();
    long before = savepoint();
    try {
      parts.store().rows().insert(context, open, primaryKey, row, lockDuplicateExclusive);
    } catch (DuplicateKey | TidemarkException e) {
      throw afterFailedChange(e, before);
    }
  }

  @Override
  public void insertAll(TableDescriptor table, RowBatch rows) {
    OpenTable open = open(table);
    context.write();
    long before = savepoint();
    BatchInsert inserts = parts.store().rows().insertAll(context, open, rows);
    try {
      inserts.run();
    } catch (DuplicateKey e) {
      // Nobody would have come to the rows behind the failed one, so they stay unlocked.
      rollbackTo(inserts.undoEnd(e.row()), false);
      throw afterFailedChange(e, before);
    } catch (TidemarkException e) {
      throw afterFailedChange(e, before);
    }
  }

  @Override
  public void update(TableDescriptor table, byte[] primaryKey, byte[] newRow) {
    OpenTable open = open(table);
    context.write();
    long before = savepoint();
    try {
      parts.store().rows().update(context, open, primaryKey, newRow);
    } catch (DuplicateKey | TidemarkException e) {
      throw afterFailedChange(e, before);
    }
  }

  @Override
  public boolean delete(TableDescriptor table, byte[] primaryKey) {
    OpenTable open = open(table);
    context.write();
    long before = savepoint();
    try {
      return parts.store().rows().delete(context, open, primaryKey);
    } catch (TidemarkException e) {
      throw afterFailedChange(e, before);
    }
  }

  @Override
  public void unlockUnmatched(TableDescriptor table, byte[] primaryKey) {
    if (context.isReleasable() && !context.locksGaps()) {
      context.setReleasable(false);
      system.locks().unlockRecord(context.owner(), open(table).clustered().ranges(), primaryKey);
    }
  }

  private OpenTable open(TableDescriptor table) {
    if (ended) {
      throw new IllegalStateException("transaction has ended");
    }
    if (doomed) {
      throw doom();
    }
    return parts.tables().get(table);
  }

  private static Exhausted doom() {
    return new Exhausted(
        "the transaction must be rolled back: the redo log was full when a statement of it had to"
            + " be taken back");
  }

  /// A change that failed half way leaves nothing.
  private RuntimeException afterFailedChange(RuntimeException e, long before) {
    if (e instanceof Rejected rejected && rejected.error().endsTransaction()) {
      return afterRejection(rejected);
    }
    if (savepoint() != before) {
      rollbackToSavepoint(before);
    }
    return e;
  }

  /// After a deadlock, or when there are too many locks, the whole transaction is rolled back.
  Rejected afterRejection(Rejected e) {
    if (e.error().endsTransaction()) {
      rollback();
    }
    return e;
  }

  // Savepoints and end

  @Override
  public long savepoint() {
    WriteState write = context.findWrite();
    return write == null ? 0 : write.position();
  }

  @Override
  public void rollbackToSavepoint(long savepoint) {
    rollbackTo(savepoint, true);
  }

  private void rollbackTo(long savepoint, boolean keepLocks) {
    WriteState write = context.findWrite();
    if (write != null && !ended) {
      boolean done = false;
      try {
        parts.store().undo().rollback(write, savepoint, keepLocks);
        done = true;
      } finally {
        // Half a statement must never be committed.
        doomed |= !done;
      }
    }
  }

  @Override
  public Lsn commit() {
    WriteState write = context.findWrite();
    if (ended || write == null) {
      long seen = snapshot == NO_SNAPSHOT ? system.visibleLsn() : snapshot;
      end();
      return Lsn.of(seen);
    }
    if (doomed) {
      rollback();
      throw doom();
    }
    long lsn = system.commit(write);
    for (Map.Entry<Long, long[]> delta : write.rowDeltas().entrySet()) {
      parts.dictionary().addRows(delta.getKey(), delta.getValue()[0]);
    }
    end();
    system.awaitDurable(lsn, options.durability(), options.commitTimeout());
    parts.throttle().pace();
    return Lsn.of(lsn);
  }

  @Override
  public void rollback() {
    WriteState write = context.findWrite();
    if (ended || write == null) {
      end();
      return;
    }
    try {
      parts.store().undo().rollback(write, 0, false);
      system.abort(write);
    } catch (Exhausted | RetryLater e) {
      // The rows stay locked until the background has taken them back.
      ended = true;
      lease.close();
      parts.background().abandon(write);
      parts.live().remove(this);
      return;
    }
    end();
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (context.findWrite() == null) {
      system.locks().releaseAll(context.owner());
    }
    system.metadataLocks().releaseAll(context.owner());
    lease.close();
    parts.live().remove(this);
  }

  // Locks

  @Override
  public void lockMetadata(String database, String table, MetadataLock mode) {
    try {
      system
          .metadataLocks()
          .lock(context.owner(), database, table, mode, options.lockWaitTimeout());
    } catch (Rejected e) {
      throw afterRejection(e);
    }
    if (mode == MetadataLock.EXCLUSIVE
        && !parts.background().awaitRecovered(options.lockWaitTimeout())) {
      throw new Rejected(MySqlError.LOCK_WAIT_TIMEOUT);
    }
  }

  /// Number of explicit record locks, for tests.
  int recordLocks() {
    return context.owner().recordLocks();
  }

  @Override
  public void interrupt() {
    context.owner().interrupt();
  }

  @Override
  public void clearInterrupt() {
    context.owner().clearInterrupt();
  }
}
