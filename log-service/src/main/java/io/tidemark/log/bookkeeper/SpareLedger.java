package io.tidemark.log.bookkeeper;

import io.tidemark.log.bookkeeper.LedgerStore.WritableLedger;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger that a [LedgerWriter] will go on with: created ahead of time for a roll, or when it
/// is needed for a repair. There is at most one; it stays until it is taken, so an attempt to go
/// over to it can be repeated.
///
/// Guarded by a lock of its own, which is not held over calls. Ledgers are created on the
/// scheduler's thread.
final class SpareLedger {
  private static final Logger LOG = LoggerFactory.getLogger(SpareLedger.class);
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LedgerStore store;
  private final ChainStore chains;
  private final Scheduler scheduler;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable WritableLedger ledger;
  private boolean creating;
  private boolean closed;
  private long notBeforeNanos;

  SpareLedger(LedgerWriter.Parts parts) {
    this.store = parts.store();
    this.chains = parts.chains();
    this.scheduler = parts.scheduler();
    this.notBeforeNanos = scheduler.nanoTime();
  }

  boolean isReady() {
    lock.lock();
    try {
      return ledger != null;
    } finally {
      lock.unlock();
    }
  }

  /// Begins to create one, unless that is under way or has just failed. `ready` is called when it
  /// is there.
  void prepare(Runnable ready) {
    lock.lock();
    try {
      if (creating || ledger != null || scheduler.nanoTime() - notBeforeNanos < 0) {
        return;
      }
      creating = true;
    } finally {
      lock.unlock();
    }
    scheduler.execute(() -> create(ready));
  }

  private void create(Runnable ready) {
    WritableLedger created = null;
    try {
      if (chains.seen().ledgers().size() < LedgerChain.MAX_LEDGERS) {
        created = store.create();
      }
    } catch (RetryLater | Exhausted e) {
      LOG.info("redo log: the next ledger has to wait: {}", e.getMessage());
    }
    boolean kept = false;
    lock.lock();
    try {
      creating = false;
      if (created == null) {
        notBeforeNanos = scheduler.nanoTime() + RETRY_NANOS;
      } else if (!closed && ledger == null) {
        ledger = created;
        kept = true;
      }
    } finally {
      lock.unlock();
    }
    if (kept) {
      ready.run();
    } else if (created != null) {
      WritableLedger surplus = created;
      scheduler.execute(() -> discard(surplus));
    }
  }

  /// The spare ledger, created now if there is none. On the scheduler's thread.
  WritableLedger get() {
    lock.lock();
    try {
      if (ledger != null) {
        return ledger;
      }
    } finally {
      lock.unlock();
    }
    WritableLedger created = store.create();
    lock.lock();
    try {
      ledger = created;
      return created;
    } finally {
      lock.unlock();
    }
  }

  /// What [#get] gave is the writer's now.
  void taken() {
    lock.lock();
    try {
      ledger = null;
    } finally {
      lock.unlock();
    }
  }

  private void discard(WritableLedger surplus) {
    try {
      surplus.close();
      store.delete(surplus.id());
    } catch (RetryLater | Exhausted e) {
      LOG.info("redo log: empty ledger {} stays: {}", surplus.id(), e.getMessage());
    }
  }

  /// Lets go of the ledger and keeps no other that is being created.
  void close() {
    WritableLedger last;
    lock.lock();
    try {
      closed = true;
      last = ledger;
    } finally {
      lock.unlock();
    }
    if (last != null) {
      last.close();
    }
  }
}
