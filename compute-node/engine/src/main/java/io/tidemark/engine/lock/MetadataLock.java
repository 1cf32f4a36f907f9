package io.tidemark.engine.lock;

import io.tidemark.engine.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The metadata lock of one table name: who holds which kinds, who waits, in order of arrival.
/// Guarded by its monitor.
final class MetadataLock {
  private static final int KINDS = Transaction.MetadataLock.values().length;

  final String name;
  private final Map<LockOwner, Integer> granted = new LinkedHashMap<>();
  private final Map<LockRequest, Integer> waiting = new LinkedHashMap<>();
  private final int[] counts = new int[KINDS];
  private boolean dropped;

  MetadataLock(String name) {
    this.name = name;
  }

  /// Marks the lock as gone if nobody uses it.
  synchronized boolean dropIfUnused() {
    dropped = dropped || (granted.isEmpty() && waiting.isEmpty());
    return dropped;
  }

  synchronized boolean isDropped() {
    return dropped;
  }

  /// Bits of the kinds that the owner holds.
  synchronized int held(LockOwner owner) {
    return granted.getOrDefault(owner, 0);
  }

  /// Grants at once if nobody who holds or waits before conflicts; null if not.
  synchronized boolean tryLock(LockOwner owner, int kind) {
    if (!blockers(owner, kind, null).isEmpty()) {
      return false;
    }
    grant(owner, kind);
    return true;
  }

  synchronized void enqueue(LockRequest request, int kind) {
    waiting.put(request, kind);
  }

  synchronized int kindOf(LockRequest request) {
    return waiting.getOrDefault(request, 0);
  }

  synchronized void dequeue(LockRequest request) {
    waiting.remove(request);
  }

  synchronized List<LockRequest> waiters() {
    return new ArrayList<>(waiting.keySet());
  }

  synchronized boolean hasWaiters() {
    return !waiting.isEmpty();
  }

  synchronized void grant(LockOwner owner, int kind) {
    int bits = granted.getOrDefault(owner, 0);
    if ((bits & bit(kind)) == 0) {
      granted.put(owner, bits | bit(kind));
      counts[kind]++;
    }
  }

  synchronized void release(LockOwner owner) {
    Integer bits = granted.remove(owner);
    if (bits != null) {
      for (int kind = 0; kind < KINDS; kind++) {
        if ((bits & bit(kind)) != 0) {
          counts[kind]--;
        }
      }
    }
  }

  /// Owners in the way: holders of a conflicting kind, and conflicting waiters before `request`. An
  /// owner that holds something already passes the waiters: they wait for it anyway.
  synchronized List<LockOwner> blockers(LockOwner owner, int kind, @Nullable LockRequest request) {
    List<LockOwner> blockers = new ArrayList<>(2);
    boolean conflict = false;
    for (int other = 0; other < KINDS; other++) {
      conflict |= counts[other] > 0 && conflicts(kind, other);
    }
    if (conflict) {
      for (Map.Entry<LockOwner, Integer> entry : granted.entrySet()) {
        if (entry.getKey() != owner && conflictsAny(kind, entry.getValue())) {
          blockers.add(entry.getKey());
        }
      }
    }
    if (!granted.containsKey(owner)) {
      for (Map.Entry<LockRequest, Integer> entry : waiting.entrySet()) {
        if (entry.getKey() == request) {
          break;
        }
        if (entry.getKey().isWaiting() && conflicts(kind, entry.getValue())) {
          blockers.add(entry.getKey().owner);
        }
      }
    }
    return blockers;
  }

  static int bit(int kind) {
    return 1 << kind;
  }

  private static boolean conflictsAny(int kind, int bits) {
    for (int other = 0; other < KINDS; other++) {
      if ((bits & bit(other)) != 0 && conflicts(kind, other)) {
        return true;
      }
    }
    return false;
  }

  private static boolean conflicts(int first, int second) {
    int exclusive = Transaction.MetadataLock.EXCLUSIVE.ordinal();
    int write = Transaction.MetadataLock.SHARED_WRITE.ordinal();
    int noWrite = Transaction.MetadataLock.SHARED_NO_WRITE.ordinal();
    return first == exclusive
        || second == exclusive
        || (first == write && second == noWrite)
        || (first == noWrite && second == write);
  }

  /// For messages: the number of owners per kind.
  synchronized Map<String, Integer> counts() {
    Map<String, Integer> byName = new HashMap<>();
    for (Transaction.MetadataLock kind : Transaction.MetadataLock.values()) {
      byName.put(kind.name(), counts[kind.ordinal()]);
    }
    return byName;
  }
}
