package io.tidemark.engine.txn;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.lock.LockOwner;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What row operations must know of the transaction on whose behalf they work. Confined to its
/// thread.
public final class TransactionContext {
  private final TransactionSystem system;
  private final LockOwner owner = new LockOwner();
  private final IsolationLevel isolation;
  private final boolean readOnly;
  private final Duration lockWaitTimeout;
  private @Nullable WriteState write;
  private boolean releasable;

  public TransactionContext(
      TransactionSystem system,
      IsolationLevel isolation,
      boolean readOnly,
      Duration lockWaitTimeout) {
    this.system = system;
    this.isolation = isolation;
    this.readOnly = readOnly;
    this.lockWaitTimeout = lockWaitTimeout;
  }

  public LockOwner owner() {
    return owner;
  }

  public IsolationLevel isolation() {
    return isolation;
  }

  public boolean isReadOnly() {
    return readOnly;
  }

  public Duration lockWaitTimeout() {
    return lockWaitTimeout;
  }

  /// Whether locking reads lock gaps as well: REPEATABLE READ and above.
  public boolean locksGaps() {
    return isolation.compareTo(IsolationLevel.REPEATABLE_READ) >= 0;
  }

  /// The transaction's number; 0 if it has not written.
  public long ownId() {
    WriteState state = write;
    return state == null ? 0 : state.id();
  }

  public @Nullable WriteState findWrite() {
    return write;
  }

  /// What writing needs; from the first call on the transaction has a number.
  ///
  /// @throws Rejected 1792 in a read-only transaction
  public WriteState write() {
    WriteState state = write;
    if (state == null) {
      if (readOnly) {
        throw new Rejected(MySqlError.CANT_EXECUTE_IN_READ_ONLY_TRANSACTION);
      }
      state = system.beginWrite(owner);
      write = state;
    }
    return state;
  }

  /// Continues a transaction that an earlier writer left open.
  public void adopt(WriteState state) {
    write = state;
  }

  /// Whether the last row lock was new and may be released if the row is not wanted.
  public boolean isReleasable() {
    return releasable;
  }

  public void setReleasable(boolean releasable) {
    this.releasable = releasable;
  }

  /// Ends a wait that a locking call reported.
  public void awaitLock() {
    system.locks().await(owner, lockWaitTimeout);
  }
}
