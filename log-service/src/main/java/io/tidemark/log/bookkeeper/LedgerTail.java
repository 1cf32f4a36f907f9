package io.tidemark.log.bookkeeper;

import io.tidemark.log.bookkeeper.LedgerStore.ReadableLedger;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Up to where a log is durable that another process writes: what the writer announces, or what the
/// last ledger has for its last confirmed entry. Guarded by a lock of its own.
final class LedgerTail implements AutoCloseable {
  private final LedgerStore store;
  private final ChainStore chains;
  private final AnnouncedTail announced;
  private final AtomicLong known = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private @Nullable ReadableLedger ledger;
  private long askedId = -1;
  private long entry = -1;

  LedgerTail(LedgerStore store, ChainStore chains, AnnouncedTail announced) {
    this.store = store;
    this.chains = chains;
    this.announced = announced;
  }

  /// What the writer has announced while it does, else as [#askDurableLsn].
  Lsn durableLsn() {
    return announced.isAlive() ? knownDurableLsn() : askDurableLsn();
  }

  /// What is known now, or was known when the services last answered.
  Lsn askDurableLsn() {
    lock.lock();
    try {
      LedgerChain chain = chains.read();
      raise(chain.closedEnd());
      Optional<LedgerSpan> last = chain.last().filter(span -> !span.closed());
      if (last.isPresent()) {
        ask(last.get());
      }
    } catch (Corrupt e) {
      leaveLedger();
      checkDropped(e);
    } catch (RetryLater | Exhausted e) {
      leaveLedger();
    } finally {
      lock.unlock();
    }
    return knownDurableLsn();
  }

  /// An open ledger without entries is dropped by the next claim; any other has to be there.
  private void checkDropped(Corrupt damage) {
    if (chains.readOrSeen().contains(askedId)) {
      throw damage;
    }
  }

  private void ask(LedgerSpan span) {
    askedId = span.id();
    if (ledger == null || ledger.id() != span.id()) {
      leaveLedger();
      ledger = store.open(span.id()).orElse(null);
    }
    if (ledger == null) {
      return;
    }
    if (!ledger.isClosed()) {
      ledger.awaitConfirmed(entry, Duration.ZERO);
    }
    if (ledger.lastConfirmed() > entry) {
      entry = ledger.lastConfirmed();
      raise(LedgerFrames.read(ledger, entry).endLsn());
    }
  }

  private void raise(Lsn lsn) {
    known.accumulateAndGet(lsn.value(), Math::max);
  }

  /// What was found out last; asks nobody, and waits for nobody who asks.
  Lsn knownDurableLsn() {
    raise(announced.word().lsn());
    return Lsn.of(known.get());
  }

  private void leaveLedger() {
    if (ledger != null) {
      ledger.close();
      ledger = null;
    }
    entry = -1;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      leaveLedger();
    } finally {
      lock.unlock();
    }
  }
}
