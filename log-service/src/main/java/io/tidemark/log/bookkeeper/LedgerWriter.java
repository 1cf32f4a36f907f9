package io.tidemark.log.bookkeeper;

import io.tidemark.log.AppendOrder;
import io.tidemark.log.FrameWindow;
import io.tidemark.log.TailHint;
import io.tidemark.log.bookkeeper.LedgerStore.WritableLedger;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.redo.Frame;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The reign of one epoch over the log: appends frames to the chain's last ledger and replaces that
/// by the next when it is large or old, or when it has failed.
///
/// A frame that was accepted stays here until it is known whether it is in a ledger. If a ledger
/// fails, it is closed first; then the frames that are not in it go to the next one. README.md has
/// the whole protocol.
///
/// Guarded by one lock, which is not held over calls of store or chain; those are made by the one
/// thread of the [Scheduler]. Appends by one thread at a time.
final class LedgerWriter {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
  private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Scheduler scheduler;
  private final BookKeeperRedoLogConfig config;
  private final Epoch epoch;
  private final TailHint hint;
  private final SpareLedger spare;
  private final LedgerRepair repair;
  private final FrameWindow window;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition progress = lock.newCondition();

  // Guarded by lock.
  private final PendingFrames pending = new PendingFrames();
  private AppendOrder order;
  private State state = State.OPEN;
  private @Nullable WritableLedger current;
  private long ledgerBytes;
  private long ledgerNanos;
  private long replacingSinceNanos;
  private @Nullable Throwable cause;

  // Written under lock.
  private volatile boolean nearlyFull;
  private volatile long durableLsn;
  private volatile @Nullable TidemarkException ended;

  private enum State {
    /// Frames go to the current ledger.
    OPEN,
    /// Frames wait for the next ledger, which the scheduler's thread is getting.
    REPLACING,
    /// The same, but patience has run out: new frames are refused.
    SUSPENDED,
    /// For good.
    ENDED
  }

  /// A writer whose `first` ledger is the open end of the chain, at `end`.
  LedgerWriter(
      Parts parts, BookKeeperRedoLogConfig config, Epoch epoch, WritableLedger first, Lsn end) {
    this.scheduler = parts.scheduler();
    this.hint = parts.hint();
    this.spare = new SpareLedger(parts);
    this.repair = new LedgerRepair(parts, epoch, spare);
    this.config = config;
    this.epoch = epoch;
    this.order = new AppendOrder(epoch, false, end);
    this.window = new FrameWindow(config.windowBytes(), end.value());
    this.current = first;
    this.durableLsn = end.value();
    this.ledgerNanos = scheduler.nanoTime();
  }

  /// What a log is made of.
  ///
  /// @param owner how chains name this log while it is the writer's
  /// @param hint hears how far it is durable
  record Parts(
      LedgerStore store, ChainStore chains, Scheduler scheduler, String owner, TailHint hint) {}

  Lsn durableLsn() {
    return Lsn.of(durableLsn);
  }

  FrameWindow window() {
    return window;
  }

  Lsn endLsn() {
    return locked(() -> order.end());
  }

  /// Whether frames wait for a quorum and the room for more is running out. Takes no lock: whoever
  /// writes asks before each change.
  boolean isNearlyFull() {
    return nearlyFull;
  }

  /// Takes no lock: readers ask under that of the window, which this writer takes under its own.
  boolean hasEnded() {
    return ended != null;
  }

  /// Why it has ended; empty if it has not.
  Optional<TidemarkException> end() {
    return Optional.ofNullable(ended);
  }

  /// The ledger being written, if it is `id`.
  Optional<WritableLedger> currentLedger(long id) {
    return locked(() -> Optional.ofNullable(current).filter(ledger -> ledger.id() == id));
  }

  boolean hasClaimed(Epoch claim) {
    return epoch.equals(claim);
  }

  /// As [AppendOrder#raises].
  boolean raises(Epoch claim) {
    return locked(() -> order.raises(claim));
  }

  CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    PendingFrame added = new PendingFrame(frame, durability == Durability.LAZY);
    lock.lock();
    try {
      awaitRoom();
      Optional<RuntimeException> refusal = refusal(frame);
      if (refusal.isPresent()) {
        return CompletableFuture.failedFuture(refusal.get());
      }
      order.accept(frame);
      pending.add(added);
      nearlyFull = state != State.OPEN && 2 * pending.bytes() > config.pendingBytes();
      send();
    } catch (TidemarkException e) {
      return CompletableFuture.failedFuture(e);
    } finally {
      lock.unlock();
    }
    if (added.promised) {
      added.future.complete(frame.endLsn());
    }
    return added.future;
  }

  /// Lets no lower epoch append any more, and waits until what was accepted is durable.
  void retire(Epoch claim, long nanos) {
    lock.lock();
    try {
      order.claim(claim);
      if (!drain(nanos)) {
        throw new RetryLater("redo log: not durable up to lsn " + order.end() + " yet");
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits until what was accepted is durable; false if it is not within the time.
  boolean drain(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (!pending.isEmpty() && state != State.ENDED) {
        if (left <= 0) {
          return false;
        }
        left = progress.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// Ends the reign: what is not durable fails with `reason`.
  void end(TidemarkException reason) {
    List<PendingFrame> abandoned;
    WritableLedger last;
    lock.lock();
    try {
      if (state == State.ENDED) {
        return;
      }
      state = State.ENDED;
      ended = reason;
      abandoned = pending.takeAll();
      progress.signalAll();
      last = current;
    } finally {
      lock.unlock();
    }
    abandoned.forEach(frame -> frame.future.completeExceptionally(reason));
    window.wake();
    if (last != null) {
      last.close();
    }
    spare.close();
  }

  private void awaitRoom() {
    long left = ROOM_NANOS;
    try {
      while (pending.bytes() > config.pendingBytes()
          && (state == State.OPEN || state == State.REPLACING)) {
        if (left <= 0) {
          throw new Exhausted("redo log: " + pending.bytes() + " bytes wait for their quorum");
        }
        left = progress.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Exhausted("redo log: interrupted while waiting for room", e);
    }
  }

  private Optional<RuntimeException> refusal(Frame frame) {
    if (ended != null) {
      return Optional.of(ended);
    }
    Optional<RuntimeException> refusal = order.refusal(frame);
    if (refusal.isEmpty() && !frame.epoch().equals(epoch)) {
      return Optional.of(new IllegalArgumentException(frame + ": the log is being claimed"));
    }
    if (refusal.isEmpty() && state == State.SUSPENDED) {
      return Optional.of(new Exhausted("redo log: no quorum of storage nodes: " + cause));
    }
    return refusal;
  }

  /// Sends what waits; under the lock.
  private void send() {
    while (state == State.OPEN && current != null && pending.hasUnsent()) {
      if (spare.isReady()) {
        replace(null);
        return;
      }
      PendingFrame next = pending.firstUnsent();
      prepareRoll(next.frame.bytes().length);
      WritableLedger ledger = current;
      pending.markSent();
      ledgerBytes += next.frame.bytes().length;
      ledger
          .append(next.frame.bytes())
          .whenComplete((entry, error) -> appended(ledger, next, error));
    }
  }

  /// Looks at the ledger's age from now on, whether or not something is appended.
  void watchAge() {
    scheduler.executeAfter(config.degradedRollAge().toNanos(), this::lookAtAge);
  }

  private void lookAtAge() {
    lock.lock();
    try {
      if (state == State.ENDED) {
        return;
      }
      if (state == State.OPEN) {
        prepareRoll(0);
      }
    } finally {
      lock.unlock();
    }
    watchAge();
  }

  /// Gets the next ledger ready if this one is large or old. Under the lock.
  private void prepareRoll(long bytes) {
    long age = scheduler.nanoTime() - ledgerNanos;
    boolean degraded = current != null && current.isDegraded();
    boolean old =
        age > config.rollAge().toNanos() || (degraded && age > config.degradedRollAge().toNanos());
    if (ledgerBytes > 0 && (old || ledgerBytes + bytes > config.rollBytes())) {
      spare.prepare(this::roll);
    }
  }

  /// Goes over to the spare ledger.
  private void roll() {
    lock.lock();
    try {
      if (state == State.OPEN) {
        replace(null);
      }
    } finally {
      lock.unlock();
    }
  }

  private void appended(WritableLedger ledger, PendingFrame frame, @Nullable Throwable error) {
    lock.lock();
    try {
      if (current == null || current.id() != ledger.id() || state == State.ENDED) {
        return;
      }
      if (error != null) {
        replace(error);
        return;
      }
      pending.removeSent(frame);
      becomeDurable(List.of(frame));
      if (state != State.OPEN && pending.hasNothingSent()) {
        scheduler.execute(this::tryReplace);
      }
    } finally {
      lock.unlock();
    }
    frame.future.complete(frame.frame.endLsn());
  }

  /// Under the lock.
  private void becomeDurable(List<PendingFrame> frames) {
    if (!frames.isEmpty()) {
      Lsn end = frames.getLast().frame.endLsn();
      durableLsn = end.value();
      hint.durable(epoch, end);
      window.publish(frames.stream().map(one -> one.frame).toList());
      progress.signalAll();
    }
  }

  /// Stops sending and gets another ledger: at once after a failure, else when all that was sent is
  /// durable. Under the lock.
  private void replace(@Nullable Throwable failure) {
    if (state == State.OPEN) {
      state = State.REPLACING;
      replacingSinceNanos = scheduler.nanoTime();
      cause = failure;
      if (failure == null && !pending.hasNothingSent()) {
        return;
      }
    } else if (cause != null || failure == null) {
      return;
    } else {
      cause = failure;
    }
    scheduler.execute(this::tryReplace);
  }

  /// One attempt; on the scheduler's thread. Each step finds what earlier attempts have achieved.
  private void tryReplace() {
    WritableLedger old;
    Throwable failure;
    lock.lock();
    try {
      if (state != State.REPLACING && state != State.SUSPENDED) {
        return;
      }
      old = current;
      failure = cause;
    } finally {
      lock.unlock();
    }
    try {
      adopt(repair.replace(old, failure, this::settle, this::durableLsn));
    } catch (RetryLater | Exhausted e) {
      retryReplace(e);
    } catch (TidemarkException e) {
      LOG.info("redo log: the reign of epoch {} ends: {}", epoch, e.getMessage());
      end(e);
    }
  }

  /// The old ledger is closed with `last` as its last entry: what is in it is durable, the rest
  /// goes to the next.
  private void settle(long last) {
    List<PendingFrame> durable;
    lock.lock();
    try {
      durable = pending.settle(last);
      becomeDurable(durable);
      current = null;
    } catch (IllegalStateException e) {
      throw new Corrupt("redo log: ledger closed at lsn " + durableLsn + ": " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
    durable.forEach(frame -> frame.future.complete(frame.frame.endLsn()));
  }

  private void adopt(WritableLedger next) {
    lock.lock();
    try {
      spare.taken();
      if (state == State.ENDED) {
        return;
      }
      if (cause != null) {
        LOG.info("redo log: goes on at lsn {} in ledger {}", durableLsn, next.id());
      }
      current = next;
      cause = null;
      state = State.OPEN;
      nearlyFull = false;
      ledgerBytes = 0;
      ledgerNanos = scheduler.nanoTime();
      pending.beginLedger();
      progress.signalAll();
      send();
    } finally {
      lock.unlock();
    }
  }

  private void retryReplace(TidemarkException why) {
    List<PendingFrame> refused = List.of();
    boolean lost = false;
    lock.lock();
    try {
      boolean late = scheduler.nanoTime() - replacingSinceNanos > config.patience().toNanos();
      lost = late && cause instanceof Fenced;
      if (late && !lost && current == null && state == State.REPLACING) {
        LOG.warn("redo log: refuses appends at lsn {}: {}", durableLsn, why.getMessage());
        cause = why;
        state = State.SUSPENDED;
        nearlyFull = true;
      }
      if (state == State.SUSPENDED) {
        refused = pending.takeRefusable();
        Lsn end = pending.isEmpty() ? durableLsn() : pending.endLsn();
        order = new AppendOrder(order.epoch(), true, end);
        progress.signalAll();
      }
    } finally {
      lock.unlock();
    }
    if (lost) {
      end(new Fenced("redo log: a ledger was fenced, and who holds the epoch is not known", why));
      return;
    }
    refused.forEach(frame ->
        frame.future.completeExceptionally(
            new Exhausted("redo log: no quorum of storage nodes", why)));
    scheduler.executeAfter(RETRY_NANOS, this::tryReplace);
  }

  private <T> T locked(Supplier<T> read) {
    lock.lock();
    try {
      return read.get();
    } finally {
      lock.unlock();
    }
  }
}
