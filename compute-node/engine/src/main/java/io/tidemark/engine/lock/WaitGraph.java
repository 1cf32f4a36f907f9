package io.tidemark.engine.lock;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Who waits for whom, over record, gap and metadata locks alike; finds deadlocks.
///
/// Each owner waits for at most one request, each request names the owners in its way. A cycle is
/// looked for whenever edges are added: when a request begins to wait and when the owners in its
/// way change. The lightest owner of the cycle (fewest changed rows and locks) is the victim, the
/// one whose request closed the cycle if weights are equal, as in InnoDB.
///
/// Its lock is taken inside the lock of what is waited for, and nothing else is taken inside it but
/// monitors of requests. Only waiting owners come here.
final class WaitGraph {
  private final ReentrantLock lock = new ReentrantLock();
  private final LongAdder waits = new LongAdder();
  private final LongAdder deadlocks = new LongAdder();

  long waits() {
    return waits.sum();
  }

  long deadlocks() {
    return deadlocks.sum();
  }

  /// Starts or refreshes a wait. A deadlock completes one of the requests in the cycle, perhaps
  /// this one, as [LockRequest.State#VICTIM].
  void await(LockRequest request, List<LockOwner> blockers) {
    lock.lock();
    try {
      if (!request.isWaiting()) {
        return;
      }
      request.blockers = blockers;
      if (request.owner.waiting == null) {
        request.owner.waiting = request;
        waits.increment();
      }
      List<LockRequest> cycle = findCycle(request);
      while (cycle != null) {
        LockRequest victim = lightest(cycle, request);
        deadlocks.increment();
        victim.owner.waiting = null;
        victim.complete(LockRequest.State.VICTIM);
        cycle = victim == request ? null : findCycle(request);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Ends a wait, however it ended.
  void end(LockRequest request) {
    lock.lock();
    try {
      if (request.owner.waiting == request) {
        request.owner.waiting = null;
      }
    } finally {
      lock.unlock();
    }
  }

  private static @Nullable List<LockRequest> findCycle(LockRequest start) {
    List<LockRequest> path = new ArrayList<>();
    path.add(start);
    return reaches(start, start.owner, path, new HashSet<>()) ? path : null;
  }

  private static boolean reaches(
      LockRequest from, LockOwner goal, List<LockRequest> path, Set<LockOwner> seen) {
    for (LockOwner blocker : from.blockers) {
      if (blocker == goal) {
        return true;
      }
      LockRequest next = blocker.waiting;
      if (next != null && next.isWaiting() && seen.add(blocker)) {
        path.add(next);
        if (reaches(next, goal, path, seen)) {
          return true;
        }
        path.removeLast();
      }
    }
    return false;
  }

  private static LockRequest lightest(List<LockRequest> cycle, LockRequest requester) {
    LockRequest victim = requester;
    for (LockRequest candidate : cycle) {
      if (candidate.owner.weight() < victim.owner.weight()) {
        victim = candidate;
      }
    }
    return victim;
  }
}
