package io.tidemark.engine.lock;

import io.tidemark.engine.LockWait;
import io.tidemark.engine.lock.LockOwner.Hold;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Record, gap and insert-intention locks of one engine. README.md tells the rules.
///
/// The locking methods never block: a request in conflict is queued and reported as
/// [Outcome#WAITING], so that the caller can let go of its latches before [#await]. Thread-safe;
/// each owner is used by its transaction's thread, but for holds that others enter on its behalf.
///
/// The number of locked records is bounded: whoever wants one more gets error 1206. Only locks that
/// their owner has already and that become explicit are never refused.
public final class RowLocks {
  private static final int SHARDS = 256;

  /// What a locked record takes: its entry, a hold, a key.
  private static final int BYTES_PER_RECORD = 104;

  private static final int HEAP_PARTS = 4;

  /// What became of a request.
  public enum Outcome {
    /// The owner has the lock now, and had not before.
    GRANTED,
    /// The owner had a lock that covers the request.
    HELD,
    /// Queued: [RowLocks#await] must follow.
    WAITING,
    /// In conflict, and not queued because of [LockWait#SKIP_LOCKED].
    SKIPPED
  }

  private final LockShard[] shards = new LockShard[SHARDS];
  private final ConcurrentHashMap<Long, TreeRanges> trees = new ConcurrentHashMap<>();
  private final WaitGraph graph;
  private final long maxRecordsOfShard;
  private final RecordTarget recordTarget = new RecordTarget();
  private final InsertTarget insertTarget = new InsertTarget();

  /// Locks on as many records as a quarter of the heap holds.
  public RowLocks() {
    this(Runtime.getRuntime().maxMemory() / HEAP_PARTS / BYTES_PER_RECORD);
  }

  RowLocks(long maxRecords) {
    this(new WaitGraph(), maxRecords);
  }

  RowLocks(WaitGraph graph) {
    this(graph, Integer.MAX_VALUE);
  }

  private RowLocks(WaitGraph graph, long maxRecords) {
    this.graph = graph;
    this.maxRecordsOfShard = Math.max(1, maxRecords / SHARDS);
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new LockShard();
    }
  }

  WaitGraph graph() {
    return graph;
  }

  /// The handle under which a tree's locks are asked for.
  public TreeRanges tree(long treeId) {
    return trees.computeIfAbsent(treeId, TreeRanges::new);
  }

  /// Forgets a dropped tree.
  public void dropTree(long treeId) {
    trees.remove(treeId);
  }

  public long waits() {
    return graph.waits();
  }

  public long deadlocks() {
    return graph.deadlocks();
  }

  /// Asks for a lock on a record.
  ///
  /// @param implicitHolder the active transaction, another one, that wrote the record's newest
  ///   version: it owns the record exclusively though no lock says so; the caller keeps the leaf
  ///   latched
  /// @throws Rejected 3572 in conflict with `NOWAIT`, 1206 if too many records are locked
  public Outcome lockRecord(
      LockOwner owner,
      TreeRanges tree,
      byte[] key,
      boolean exclusive,
      @Nullable LockOwner implicitHolder,
      LockWait wait) {
    if (implicitHolder == null && !tree.isEmpty() && tree.covers(owner, key, exclusive)) {
      return Outcome.HELD;
    }
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.find(tree.treeId(), key, hash);
      if (implicitHolder != null) {
        withdrawEarlyHold(record, owner);
        record = makeExplicit(shard, record, tree, key, hash, implicitHolder);
      }
      Hold own = record == null ? null : record.findHold(owner);
      if (own != null && (own.exclusive || !exclusive)) {
        return Outcome.HELD;
      }
      boolean free = isFree(record, owner, own, exclusive, tree, key);
      if (!free && wait == LockWait.SKIP_LOCKED) {
        return Outcome.SKIPPED;
      }
      if (!free && wait == LockWait.NOWAIT) {
        throw new Rejected(MySqlError.LOCK_NOWAIT);
      }
      if (record == null) {
        if (shard.size() >= maxRecordsOfShard) {
          throw new Rejected(MySqlError.LOCK_TABLE_FULL);
        }
        record = shard.create(tree.treeId(), key, hash);
      }
      if (free) {
        grant(record, owner, own, exclusive);
        return Outcome.GRANTED;
      }
      LockRequest request = new LockRequest(owner, recordTarget, record, exclusive, null);
      record.enqueue(request, own != null);
      owner.setPending(request);
      evaluate(shard, record, request, tree);
      return Outcome.WAITING;
    }
  }

  /// Extends the owner's interval lock to `high` if the record `key`, which the interval will
  /// cover, is free for it; otherwise queues a request for the record alone.
  ///
  /// @return [Outcome#GRANTED] with the interval locked, or as [#lockRecord] with the interval
  ///   untouched
  public Outcome lockIntervalOverRecord(
      LockOwner owner,
      TreeRanges tree,
      KeyBound low,
      KeyBound high,
      byte[] key,
      boolean exclusive,
      @Nullable LockOwner implicitHolder,
      LockWait wait) {
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.find(tree.treeId(), key, hash);
      Hold own = record == null ? null : record.findHold(owner);
      boolean alreadyHeld = own != null && (own.exclusive || !exclusive);
      if (implicitHolder == null
          && (alreadyHeld || isFree(record, owner, own, exclusive, tree, key))) {
        tree.lock(owner, kind(exclusive), low, high);
        return Outcome.GRANTED;
      }
    }
    return lockRecord(owner, tree, key, exclusive, implicitHolder, wait);
  }

  /// Locks an interval against inserts of others. Never in conflict.
  public void lockGap(LockOwner owner, TreeRanges tree, KeyBound low, KeyBound high) {
    tree.lock(owner, TreeRanges.Kind.GAP, low, high);
  }

  /// Whether `key` may be inserted, where no record is, without waiting for anybody; the caller
  /// keeps the leaf latched.
  public boolean mayInsert(LockOwner owner, TreeRanges tree, byte[] key) {
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.isEmpty() ? null : shard.find(tree.treeId(), key, hash);
      if (record != null && !record.blockers(owner, true, null).isEmpty()) {
        return false;
      }
    }
    return tree.isEmpty() || !tree.keepsFromInserting(owner, key);
  }

  /// As [#mayInsert], and begins to wait if not.
  ///
  /// @return [Outcome#GRANTED] without any lock left behind, or [Outcome#WAITING]
  public Outcome lockInsert(LockOwner owner, TreeRanges tree, byte[] key) {
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.isEmpty() ? null : shard.find(tree.treeId(), key, hash);
      if (record != null && !record.blockers(owner, true, null).isEmpty()) {
        return lockRecord(owner, tree, key, true, null, LockWait.WAIT);
      }
    }
    if (tree.isEmpty()) {
      return Outcome.GRANTED;
    }
    LockRequest request = new LockRequest(owner, insertTarget, null, true, key);
    request.tree = tree;
    List<LockOwner> blockers = tree.insertBlockers(request, key);
    if (blockers.isEmpty()) {
      return Outcome.GRANTED;
    }
    owner.setPending(request);
    graph.await(request, blockers);
    // The owners in the way may have gone between the look and the wait.
    reconsider(request);
    return Outcome.WAITING;
  }

  /// Waits for the request that made the last call of this owner return [Outcome#WAITING]. After it
  /// returns a record lock is held; after an insert intention the caller asks again.
  ///
  /// @throws Rejected 1205 after `timeout`, 1213 if chosen as the victim of a deadlock, 1317 if
  ///   interrupted
  public void await(LockOwner owner, Duration timeout) {
    LockRequest request = owner.takePending();
    await(request, timeout, graph);
  }

  static void await(LockRequest request, Duration timeout, WaitGraph graph) {
    LockRequest.State state = request.await(System.nanoTime() + timeout.toNanos());
    if (state == LockRequest.State.GRANTED) {
      return;
    }
    boolean withdrawn = request.complete(LockRequest.State.WITHDRAWN);
    if (!withdrawn && request.state() == LockRequest.State.GRANTED) {
      return;
    }
    graph.end(request);
    request.target.withdraw(request);
    if (!withdrawn) {
      throw new Rejected(MySqlError.LOCK_DEADLOCK);
    }
    throw new Rejected(
        request.owner.isInterrupted()
            ? MySqlError.QUERY_INTERRUPTED
            : MySqlError.LOCK_WAIT_TIMEOUT);
  }

  /// Whether the owner has an explicit lock on the record at least that strong.
  public boolean holds(LockOwner owner, TreeRanges tree, byte[] key, boolean exclusive) {
    if (!tree.isEmpty() && tree.covers(owner, key, exclusive)) {
      return true;
    }
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.find(tree.treeId(), key, hash);
      Hold own = record == null ? null : record.findHold(owner);
      return own != null && (own.exclusive || !exclusive);
    }
  }

  /// Makes the implicit lock of a transaction on a record explicit: the record's version that told
  /// of it is about to be taken back. Never waits, because the lock is the owner's already. Nothing
  /// is needed where an interval of the owner's locks the record.
  public void makeExplicit(LockOwner owner, TreeRanges tree, byte[] key) {
    if (!tree.isEmpty() && tree.covers(owner, key, true)) {
      return;
    }
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.find(tree.treeId(), key, hash);
      shard.removeIfUnused(makeExplicit(shard, record, tree, key, hash, owner));
    }
  }

  /// Releases one record before the transaction ends: its lock is implicit from here on, or not
  /// needed. Nothing happens if there is none.
  public void unlockRecord(LockOwner owner, TreeRanges tree, byte[] key) {
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.isEmpty() ? null : shard.find(tree.treeId(), key, hash);
      Hold own = record == null ? null : record.findHold(owner);
      // A lock that somebody waits for stays: the waiter stands in its queue.
      if (record != null && own != null) {
        owner.unlink(own);
        drop(shard, record, own);
      }
    }
  }

  /// As [#unlockRecord], but keeps the lock if somebody waits for it: an implicit lock would have
  /// to be made explicit again at once.
  public void unlockRecordIfUncontended(LockOwner owner, TreeRanges tree, byte[] key) {
    int hash = hash(tree.treeId(), key);
    LockShard shard = shard(hash);
    synchronized (shard) {
      RecordLock record = shard.isEmpty() ? null : shard.find(tree.treeId(), key, hash);
      Hold own = record == null ? null : record.findHold(owner);
      if (record != null && own != null && record.firstWaiter == null) {
        owner.unlink(own);
        drop(shard, record, own);
      }
    }
  }

  /// Releases everything but metadata locks; the owner can lock nothing afterwards.
  public void releaseAll(LockOwner owner) {
    Hold hold = owner.takeHolds();
    while (hold != null) {
      Hold next = hold.nextOwned;
      LockShard shard = shard(hold.record.hash);
      synchronized (shard) {
        drop(shard, hold.record, hold);
      }
      hold = next;
    }
    for (TreeRanges tree : owner.takeTrees()) {
      for (LockRequest heldUp : tree.release(owner)) {
        reconsider(heldUp);
      }
    }
  }

  /// Number of records with locks, for tests.
  int lockedRecords() {
    int records = 0;
    for (LockShard shard : shards) {
      synchronized (shard) {
        records += shard.size();
      }
    }
    return records;
  }

  /// A lock that the owner got after it had read the record and before the implicit holder's change
  /// was seen is none: the holder was first.
  private static void withdrawEarlyHold(@Nullable RecordLock record, LockOwner owner) {
    Hold early = record == null ? null : record.findHold(owner);
    if (record != null && early != null) {
      owner.unlink(early);
      record.removeHold(early);
    }
  }

  private RecordLock makeExplicit(
      LockShard shard,
      @Nullable RecordLock found,
      TreeRanges tree,
      byte[] key,
      int hash,
      LockOwner holder) {
    RecordLock record = found == null ? shard.create(tree.treeId(), key, hash) : found;
    Hold hold = record.findHold(holder);
    if (hold != null) {
      hold.exclusive = true;
    } else {
      Hold explicit = new Hold(holder, record, true);
      if (holder.link(explicit)) {
        record.addHold(explicit);
      }
    }
    return record;
  }

  private boolean isFree(
      @Nullable RecordLock record,
      LockOwner owner,
      @Nullable Hold own,
      boolean exclusive,
      TreeRanges tree,
      byte[] key) {
    LockRequest asFirst = own == null || record == null ? null : record.firstWaiter;
    if (record != null && !record.blockers(owner, exclusive, asFirst).isEmpty()) {
      return false;
    }
    return tree.isEmpty() || tree.recordBlockers(owner, key, exclusive, null).isEmpty();
  }

  private static void grant(
      RecordLock record, LockOwner owner, @Nullable Hold own, boolean exclusive) {
    if (own != null) {
      own.exclusive |= exclusive;
      return;
    }
    Hold hold = new Hold(owner, record, exclusive);
    if (owner.link(hold)) {
      record.addHold(hold);
    }
  }

  private void drop(LockShard shard, RecordLock record, Hold hold) {
    record.removeHold(hold);
    if (record.firstWaiter != null) {
      grantWaiters(shard, record, false);
    }
    shard.removeIfUnused(record);
  }

  /// Grants what can be granted, from the front. With `refreshAll` the edges of everybody who goes
  /// on waiting are renewed; otherwise only those of the first, the others' are still right.
  private void grantWaiters(LockShard shard, RecordLock record, boolean refreshAll) {
    TreeRanges tree = tree(record.treeId);
    LockRequest request = record.firstWaiter;
    while (request != null) {
      LockRequest next = request.nextInQueue;
      boolean stillWaiting = request.isWaiting() && !evaluate(shard, record, request, tree);
      if (stillWaiting && request.exclusive && !refreshAll) {
        return;
      }
      request = next;
    }
  }

  /// Grants a queued request, or enters what it waits for into the graph; true if granted.
  private boolean evaluate(
      LockShard shard, RecordLock record, LockRequest request, TreeRanges tree) {
    List<LockOwner> blockers = record.blockers(request.owner, request.exclusive, request);
    if (!tree.isEmpty()) {
      blockers.addAll(tree.recordBlockers(request.owner, record.key, request.exclusive, request));
    }
    if (!blockers.isEmpty()) {
      graph.await(request, blockers);
      return false;
    }
    if (request.complete(LockRequest.State.GRANTED)) {
      record.dequeue(request);
      grant(record, request.owner, record.findHold(request.owner), request.exclusive);
      graph.end(request);
      shard.removeIfUnused(record);
      return true;
    }
    return false;
  }

  private void reconsider(LockRequest request) {
    RecordLock record = request.record;
    if (record != null) {
      LockShard shard = shard(record.hash);
      synchronized (shard) {
        grantWaiters(shard, record, false);
      }
      return;
    }
    TreeRanges tree = request.tree;
    byte[] key = request.insertKey;
    if (tree == null || key == null) {
      throw new IllegalStateException("insert intention without tree or key");
    }
    List<LockOwner> blockers = tree.insertBlockers(request, key);
    if (!blockers.isEmpty()) {
      graph.await(request, blockers);
    } else if (request.complete(LockRequest.State.GRANTED)) {
      graph.end(request);
    }
  }

  private static TreeRanges.Kind kind(boolean exclusive) {
    return exclusive ? TreeRanges.Kind.EXCLUSIVE : TreeRanges.Kind.SHARED;
  }

  private LockShard shard(int hash) {
    return shards[hash >>> 24];
  }

  private static int hash(long treeId, byte[] key) {
    int hash = Long.hashCode(treeId * 0x9E3779B97F4A7C15L);
    for (byte b : key) {
      hash = hash * 31 + b;
    }
    hash *= 0x9E3779B1;
    return hash ^ (hash >>> 15);
  }

  /// Takes record requests out of their queue.
  private final class RecordTarget implements LockRequest.Target {
    @Override
    public void withdraw(LockRequest request) {
      RecordLock record = request.record;
      if (record == null) {
        throw new IllegalStateException("record request without record");
      }
      tree(record.treeId).forget(request);
      LockShard shard = shard(record.hash);
      synchronized (shard) {
        record.dequeue(request);
        grantWaiters(shard, record, true);
        shard.removeIfUnused(record);
      }
    }
  }

  /// Takes insert intentions out of their tree's list.
  private static final class InsertTarget implements LockRequest.Target {
    @Override
    public void withdraw(LockRequest request) {
      TreeRanges tree = request.tree;
      if (tree != null) {
        tree.forget(request);
      }
    }
  }
}
