package io.tidemark.engine.txn;

import io.tidemark.engine.buffer.PageFrame;
import io.tidemark.engine.lock.LockOwner;
import io.tidemark.engine.lock.MetadataLocks;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.mtr.MiniTransaction;
import io.tidemark.engine.mtr.MiniTransactions;
import io.tidemark.engine.undo.UndoSegment;
import io.tidemark.engine.undo.UndoSegments;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import io.tidemark.storage.redo.RedoRecordType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The writer's transactions: numbers them, knows which are active, ends them.
///
/// The end of a transaction is one mtr: the note in its undo segment's tail page and the record
/// that tells every consumer. When it has its LSN the commit table knows it, then the row locks go,
/// and only then does anybody wait for durability. Thread-safe.
public final class TransactionSystem {
  /// As Linux numbers it: what MySQL's texts call an error of the system.
  private static final int ETIMEDOUT = 110;

  private final MiniTransactions mtrs;
  private final InstantSource clock;
  private final CommitTable commits;
  private final HorizonRegistry horizons;
  private final RowLocks locks = new RowLocks();
  private final MetadataLocks metadataLocks = new MetadataLocks(locks);
  private final UndoSegments undo;
  private final AtomicLong nextId;
  private final ConcurrentHashMap<Long, LockOwner> active = new ConcurrentHashMap<>();
  private final AtomicLong relaxedLsn = new AtomicLong();
  private final AtomicLong history = new AtomicLong();

  // By the purge thread only.
  private long announcedHorizon;

  /// `clock` gives commits their time; `nextId` is above every id that ever wrote anything.
  public TransactionSystem(
      MiniTransactions mtrs,
      InstantSource clock,
      CommitTable commits,
      HorizonRegistry horizons,
      UndoSegments undo,
      long nextId) {
    this.mtrs = mtrs;
    this.clock = clock;
    this.commits = commits;
    this.horizons = horizons;
    this.undo = undo;
    this.nextId = new AtomicLong(nextId);
  }

  public MiniTransactions mtrs() {
    return mtrs;
  }

  public CommitTable commits() {
    return commits;
  }

  public HorizonRegistry horizons() {
    return horizons;
  }

  public RowLocks locks() {
    return locks;
  }

  public MetadataLocks metadataLocks() {
    return metadataLocks;
  }

  public UndoSegments undo() {
    return undo;
  }

  /// Numbers a transaction that is about to write.
  public WriteState beginWrite(LockOwner owner) {
    UndoSegment segment = undo.bind();
    // Numbered after it is bound, so that the numbers within a segment ascend.
    long id = nextId.getAndIncrement();
    active.put(id, owner);
    return new WriteState(id, owner, segment);
  }

  /// Takes over a transaction that an earlier writer left open.
  public WriteState adopt(long id, LockOwner owner, UndoSegment segment) {
    active.put(id, owner);
    return new WriteState(id, owner, segment);
  }

  /// The owner of the transaction if it is active and not `self`: it holds every row whose newest
  /// version is its own.
  public @Nullable LockOwner findOtherOwner(long transactionId, LockOwner self) {
    if (!commits.isActive(transactionId)) {
      return null;
    }
    LockOwner owner = active.get(transactionId);
    return owner == self ? null : owner;
  }

  /// Ends a transaction that has written; returns its commit LSN. Row locks are gone afterwards.
  public long commit(WriteState state) {
    long now = clock.millis();
    return end(state, mtr -> mtr.transactionCommit(state.id(), now));
  }

  /// Ends a transaction whose changes have been taken back.
  public long abort(WriteState state) {
    return end(state, mtr -> mtr.logical(RedoRecordType.TRANSACTION_ABORT, state.id()));
  }

  private long end(WriteState state, Consumer<MiniTransaction> record) {
    long lsn;
    try (MiniTransaction mtr = mtrs.begin()) {
      PageFrame tail = undo.latchTail(mtr, state.segment());
      UndoSegments.noteEnd(mtr, tail, state.id());
      record.accept(mtr);
      lsn = mtr.commit(end -> commits.end(state.id(), end));
    }
    if (state.undoPageCount() > 0) {
      history.incrementAndGet();
    }
    active.remove(state.id());
    locks.releaseAll(state.owner());
    undo.unbind(state.segment(), state.id());
    return lsn;
  }

  /// Waits as asked for, and lets new snapshots see a commit that waited for less than the disk.
  ///
  /// @throws Rejected with error 1180 if the log takes longer than `timeout`; the commit may still
  ///   come to be when the log goes on
  public void awaitDurable(long lsn, Durability durability, Duration timeout) {
    if (!mtrs.log().awaitDurable(lsn, durability, timeout)) {
      throw new Rejected(
          MySqlError.ERROR_DURING_COMMIT,
          ETIMEDOUT,
          "no quorum of log nodes within %d s; committed if the log goes on"
              .formatted(timeout.toSeconds()));
    }
    if (durability != Durability.DISK) {
      while (mtrs.log().publishedLsn() < lsn) {
        Thread.onSpinWait();
      }
      relaxedLsn.accumulateAndGet(lsn, Math::max);
    }
  }

  /// What a snapshot taken now sees: what is durable, and what was committed without waiting.
  public long visibleLsn() {
    return Math.max(mtrs.log().durableLsn(), relaxedLsn.get());
  }

  /// Recomputes the horizon and forgets commit LSNs that nobody can ask for.
  public long advanceHorizon() {
    long limit = nextId.get();
    long horizon = horizons.advance(this::visibleLsn);
    commits.advanceFloor(horizon, limit);
    return horizon;
  }

  /// Tells all replicas, before the first change that follows from it, that versions which only
  /// snapshots below `horizon` need will be removed. Confined to the purge thread.
  public void announcePurge(long horizon) {
    if (horizon > announcedHorizon) {
      try (MiniTransaction mtr = mtrs.begin()) {
        mtr.logical(RedoRecordType.PURGE_HORIZON, horizon);
        mtr.commit();
      }
      announcedHorizon = horizon;
    }
  }

  public long nextId() {
    return nextId.get();
  }

  public int activeTransactions() {
    return active.size();
  }

  /// Number of ended transactions whose undo is still kept, approximately.
  public long historyLength() {
    return Math.max(0, history.get());
  }

  public void purged(long transactions) {
    history.addAndGet(-transactions);
  }
}
