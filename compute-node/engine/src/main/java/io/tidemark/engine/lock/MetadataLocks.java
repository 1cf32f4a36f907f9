package io.tidemark.engine.lock;

import io.tidemark.engine.Transaction;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/// Locks on table names that keep DDL and statements apart until the transaction ends.
///
/// First come, first served: a waiting DDL keeps later statements out, unless their transaction
/// holds a lock on the table already. Waits are edges of the same graph as those for record locks,
/// so a deadlock over both is found at once (error 1213); otherwise the timeout ends them (1205).
/// Thread-safe.
public final class MetadataLocks {
  /// Up to this many names stay known though nobody uses them: the next statement will.
  private static final int KEPT = 4096;

  private final ConcurrentHashMap<String, MetadataLock> locks = new ConcurrentHashMap<>();
  private final WaitGraph graph;
  private final LockRequest.Target target = this::withdraw;
  private final ConcurrentHashMap<LockRequest, MetadataLock> requests = new ConcurrentHashMap<>();

  /// Shares the wait graph with `locks`.
  public MetadataLocks(RowLocks locks) {
    this.graph = locks.graph();
  }

  /// Takes a lock that lasts until [#releaseAll].
  ///
  /// @throws Rejected 1205, 1213 or 1317, see [RowLocks#await]
  public void lock(
      LockOwner owner,
      String database,
      String table,
      Transaction.MetadataLock mode,
      Duration timeout) {
    String name = database + '\0' + table;
    int kind = mode.ordinal();
    while (true) {
      MetadataLock lock = locks.computeIfAbsent(name, MetadataLock::new);
      LockRequest request;
      synchronized (lock) {
        if (lock.isDropped()) {
          locks.remove(name, lock);
          continue;
        }
        if (covers(lock.held(owner), kind) || lock.tryLock(owner, kind)) {
          owner.metadata.put(lock, kind);
          return;
        }
        request = new LockRequest(owner, target, null, kind > 0, null);
        requests.put(request, lock);
        lock.enqueue(request, kind);
        graph.await(request, lock.blockers(owner, kind, request));
      }
      RowLocks.await(request, timeout, graph);
      owner.metadata.put(lock, kind);
      return;
    }
  }

  /// Releases all metadata locks of a transaction that has ended.
  public void releaseAll(LockOwner owner) {
    for (MetadataLock lock : owner.metadata.keySet()) {
      synchronized (lock) {
        lock.release(owner);
        grantWaiters(lock);
      }
      if (locks.size() > KEPT && lock.dropIfUnused()) {
        locks.remove(lock.name, lock);
      }
    }
    owner.metadata.clear();
  }

  private static boolean covers(int heldBits, int kind) {
    return (heldBits & MetadataLock.bit(kind)) != 0
        || (heldBits & MetadataLock.bit(Transaction.MetadataLock.EXCLUSIVE.ordinal())) != 0;
  }

  private void withdraw(LockRequest request) {
    MetadataLock lock = requests.remove(request);
    if (lock != null) {
      synchronized (lock) {
        lock.dequeue(request);
        grantWaiters(lock);
      }
    }
  }

  private void grantWaiters(MetadataLock lock) {
    if (!lock.hasWaiters()) {
      return;
    }
    for (LockRequest request : lock.waiters()) {
      int kind = lock.kindOf(request);
      var blockers = lock.blockers(request.owner, kind, request);
      if (!blockers.isEmpty()) {
        graph.await(request, blockers);
      } else if (request.complete(LockRequest.State.GRANTED)) {
        lock.dequeue(request);
        requests.remove(request);
        lock.grant(request.owner, kind);
        graph.end(request);
      }
    }
  }
}
