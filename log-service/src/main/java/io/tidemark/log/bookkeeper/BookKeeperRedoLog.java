package io.tidemark.log.bookkeeper;

import io.tidemark.log.RedoLog;
import io.tidemark.log.RedoReader;
import io.tidemark.log.TailHint;
import io.tidemark.log.bookkeeper.LedgerStore.ReadableLedger;
import io.tidemark.log.bookkeeper.LedgerStore.WritableLedger;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Epoch;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The redo log in BookKeeper ledgers, one frame in each entry, and the [LedgerChain] in
/// coordination that says which ledgers and who may append. README.md tells the protocol and why it
/// is safe.
///
/// One that was never fenced only reads, beside a writer in another process; what that one
/// announces it hears as a [TailHint]. [Durability#MEMORY] and [Durability#DISK] both wait until
/// the ack quorum of bookies has answered, and a bookie answers when its journal is synced,
/// together with all that came meanwhile; [Durability#LAZY] completes at once, and the frame is on
/// its way to the bookies all the same.
///
/// A frame whose quorum is lost waits. After the configured patience it, and those after it, are
/// refused with Exhausted, unless the future of one behind it was completed already; frames whose
/// fate is not known yet, because coordination is away too, go on waiting.
///
/// Threads: as [RedoLog] says.
public final class BookKeeperRedoLog implements RedoLog, TailHint {
  private static final Logger LOG = LoggerFactory.getLogger(BookKeeperRedoLog.class);
  private static final long DRAIN_NANOS = Duration.ofSeconds(60).toNanos();
  private static final long CLOSE_NANOS = Duration.ofSeconds(10).toNanos();

  private final LedgerStore store;
  private final ChainStore chains;
  private final Scheduler scheduler;
  private final BookKeeperRedoLogConfig config;
  private final LedgerWriter.Parts parts;
  private final AnnouncedTail announced;
  private final LedgerTail tail;

  /// Serialises claims.
  private final ReentrantLock claiming = new ReentrantLock();

  private volatile @Nullable LedgerWriter writer;
  private volatile boolean closed;

  private BookKeeperRedoLog(LedgerWriter.Parts parts, BookKeeperRedoLogConfig config) {
    this.store = parts.store();
    this.chains = parts.chains();
    this.scheduler = parts.scheduler();
    this.config = config;
    this.parts = parts;
    this.announced = new AnnouncedTail(scheduler);
    this.tail = new LedgerTail(store, chains, announced);
  }

  /// Opens the log whose chain is under `key`; it owns `store` and closes it, `coordination` stays
  /// the caller's.
  public static BookKeeperRedoLog open(
      LedgerStore store, Coordination coordination, String key, BookKeeperRedoLogConfig config) {
    return open(store, coordination, key, config, "", TailHint.NONE);
  }

  /// As above for a writer: `node` is what others hear of whoever fenced them, and `hint` hears how
  /// far the log is durable.
  public static BookKeeperRedoLog open(
      LedgerStore store,
      Coordination coordination,
      String key,
      BookKeeperRedoLogConfig config,
      String node,
      TailHint hint) {
    return new BookKeeperRedoLog(
        new LedgerWriter.Parts(
            store,
            new ChainStore(coordination, key),
            new ThreadScheduler("redo-log-keeper"),
            node + LedgerChain.OWNER_SEPARATOR + UUID.randomUUID(),
            hint),
        config);
  }

  /// As above with a scheduler and an owner's name of the caller's; no two logs that are or were
  /// open share a name.
  static BookKeeperRedoLog open(
      LedgerStore store,
      Coordination coordination,
      String key,
      BookKeeperRedoLogConfig config,
      Scheduler scheduler,
      String owner,
      TailHint hint) {
    ChainStore chains = new ChainStore(coordination, key);
    return new BookKeeperRedoLog(
        new LedgerWriter.Parts(store, chains, scheduler, owner, hint), config);
  }

  @Override
  public Lsn fence(Epoch epoch) {
    claiming.lock();
    try {
      checkOpen();
      LedgerWriter former = writer;
      if (former != null && !former.hasEnded()) {
        if (!former.raises(epoch)) {
          return former.endLsn();
        }
        former.retire(epoch, DRAIN_NANOS);
      }
      LedgerChain claimed = chains.change(chain -> claim(chain, epoch));
      if (former != null) {
        former.end(new Fenced("redo log: fenced by epoch " + epoch));
      }
      Lsn end = closeChain(claimed, epoch);
      WritableLedger first = store.create();
      try {
        chains.change(chain -> begin(chain, epoch, end, first.id()));
      } catch (Fenced | Corrupt e) {
        first.close();
        store.delete(first.id());
        throw e;
      }
      LedgerWriter next = new LedgerWriter(parts, config, epoch, first, end);
      writer = next;
      next.watchAge();
      LOG.info("redo log claimed by epoch {} at lsn {}", epoch, end);
      scheduler.execute(this::deleteDoomed);
      return end;
    } finally {
      claiming.unlock();
    }
  }

  private LedgerChain claim(LedgerChain chain, Epoch epoch) {
    int order = epoch.compareTo(chain.epoch());
    if (order < 0) {
      throw chain.fences(epoch);
    }
    LedgerWriter former = writer;
    boolean appended = former != null && former.hasClaimed(epoch);
    if (order == 0 && (appended || !chain.owner().equals(parts.owner()))) {
      throw new Fenced("redo log: epoch " + epoch + " has been claimed, claim a higher one");
    }
    return order == 0 ? chain : chain.claim(epoch, parts.owner());
  }

  /// Fences the ledger that the chain leaves open; returns the end of the log.
  private Lsn closeChain(LedgerChain chain, Epoch epoch) {
    Optional<LedgerSpan> last = chain.last().filter(span -> !span.closed());
    if (last.isEmpty()) {
      return chain.closedEnd();
    }
    LedgerSpan span = last.get();
    try (ReadableLedger ledger = store.recover(span.id())) {
      long entry = ledger.lastConfirmed();
      return entry < 0 ? span.firstLsn() : LedgerFrames.read(ledger, entry).endLsn();
    } catch (Corrupt e) {
      throw chains.explain(e, epoch, parts.owner());
    }
  }

  private LedgerChain begin(LedgerChain chain, Epoch epoch, Lsn end, long first) {
    if (!chain.isClaimedBy(epoch, parts.owner())) {
      throw chain.fences(epoch);
    }
    return chain.closeLast(end).add(first);
  }

  @Override
  public Epoch currentEpoch() {
    return chains.read().epoch();
  }

  @Override
  public CompletableFuture<Lsn> append(Frame frame, Durability durability) {
    LedgerWriter current = writer;
    if (current == null) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "redo log: " + frame + ": its epoch has not claimed the log"));
    }
    return current.append(frame, durability);
  }

  @Override
  public boolean isNearlyFull() {
    LedgerWriter current = writer;
    return current != null && current.isNearlyFull();
  }

  /// Throws what `epoch` has to know if somebody else has claimed the log since.
  ///
  /// @throws Fenced that names him
  public void checkNotFenced(Epoch epoch) {
    LedgerChain chain = chains.read();
    if (!chain.isClaimedBy(epoch, parts.owner())) {
      throw chain.fences(epoch);
    }
  }

  @Override
  public Lsn startLsn() {
    return chains.readOrSeen().start();
  }

  @Override
  public Lsn durableLsn() {
    LedgerWriter current = writer;
    return current != null && !current.hasEnded() ? current.durableLsn() : tail.durableLsn();
  }

  @Override
  public Lsn knownDurableLsn() {
    LedgerWriter current = writer;
    return current != null && !current.hasEnded() ? current.durableLsn() : tail.knownDurableLsn();
  }

  @Override
  public RedoReader openReader(Lsn from) {
    checkOpen();
    LedgerChain chain = chains.read();
    if (from.isBefore(chain.start())) {
      throw new Corrupt(
          "redo log: lsn " + from + " was trimmed away, the log starts at " + chain.start());
    }
    LedgerWriter current = writer;
    Lsn end = current != null && !current.hasEnded() ? current.endLsn() : tail.durableLsn();
    if (from.isAfter(end) && from.isAfter(tail.askDurableLsn())) {
      throw new Corrupt("redo log: lsn " + from + " is behind the end " + end);
    }
    return new LedgerReader(this, from);
  }

  @Override
  public void trim(Lsn lsn) {
    checkOpen();
    LedgerWriter current = writer;
    if (current != null) {
      current
          .end()
          .ifPresent(reason -> {
            throw reason;
          });
    }
    Lsn before = chains.seen().start();
    LedgerChain trimmed = chains.change(chain -> chain.trim(lsn));
    if (trimmed.start().isAfter(before)) {
      LOG.info("redo log trimmed below lsn {}", trimmed.start());
    }
    deleteDoomed();
  }

  /// Deletes the ledgers that are no longer of the log; those that cannot be deleted now stay
  /// listed.
  private void deleteDoomed() {
    try {
      List<Long> doomed = chains.read().doomed();
      if (doomed.isEmpty()) {
        return;
      }
      doomed.forEach(store::delete);
      chains.change(chain -> chain.forget(doomed));
    } catch (RetryLater | Exhausted e) {
      LOG.info("redo log: ledgers to be deleted stay for now: {}", e.getMessage());
    }
  }

  /// Waits a while for what was appended, then lets go of the ledger. The epoch stays claimed.
  @Override
  public void close() {
    claiming.lock();
    try {
      if (closed) {
        return;
      }
      LedgerWriter current = writer;
      if (current != null) {
        current.drain(CLOSE_NANOS);
        current.end(new RetryLater("redo log: closed"));
      }
      closed = true;
      wakeReaders();
      scheduler.close();
      tail.close();
      store.close();
    } finally {
      claiming.unlock();
    }
  }

  boolean isClosed() {
    return closed;
  }

  Optional<LedgerWriter> writer() {
    return Optional.ofNullable(writer);
  }

  /// Numbers of its ledgers, the oldest first.
  public List<Long> ledgers() {
    return chains.read().ledgers().stream().map(LedgerSpan::id).toList();
  }

  LedgerChain chain() {
    return chains.read();
  }

  /// A ledger to read, the writer's own if it is that one; given back to [#leaveLedger].
  Optional<ReadableLedger> openLedger(long id) {
    LedgerWriter current = writer;
    if (current != null) {
      Optional<WritableLedger> own = current.currentLedger(id);
      if (own.isPresent()) {
        return Optional.of(own.get());
      }
    }
    return store.open(id);
  }

  void leaveLedger(ReadableLedger ledger) {
    if (!(ledger instanceof WritableLedger)) {
      ledger.close();
    }
  }

  AnnouncedTail announced() {
    return announced;
  }

  @Override
  public void durable(Epoch epoch, Lsn lsn) {
    announced.durable(epoch, lsn);
  }

  void wakeReaders() {
    announced.wake();
    LedgerWriter current = writer;
    if (current != null) {
      current.window().wake();
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new RetryLater("redo log: closed");
    }
  }
}
