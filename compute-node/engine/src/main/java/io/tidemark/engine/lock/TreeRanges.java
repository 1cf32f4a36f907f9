package io.tidemark.engine.lock;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The interval locks of one tree and the requests they hold up.
///
/// Guarded by its monitor, taken inside a shard's lock; `owners` may be read without it.
public final class TreeRanges {
  /// What an interval locks besides the right to insert into it.
  public enum Kind {
    GAP,
    SHARED,
    EXCLUSIVE
  }

  private final long treeId;
  private final Map<LockOwner, IntervalSet[]> byOwner = new HashMap<>();
  private final Set<LockRequest> heldUp = new LinkedHashSet<>();
  private volatile int owners;

  TreeRanges(long treeId) {
    this.treeId = treeId;
  }

  public long treeId() {
    return treeId;
  }

  boolean isEmpty() {
    return owners == 0;
  }

  /// Locks an interval; false if the owner has ended.
  synchronized boolean lock(LockOwner owner, Kind kind, KeyBound low, KeyBound high) {
    IntervalSet[] sets = byOwner.get(owner);
    if (sets == null) {
      if (owner.isReleased()) {
        return false;
      }
      sets = new IntervalSet[] {new IntervalSet(), new IntervalSet(), new IntervalSet()};
      byOwner.put(owner, sets);
      owners = byOwner.size();
      owner.joinTree(this);
    }
    sets[kind.ordinal()].add(low, high);
    return true;
  }

  /// Whether the owner has a record lock at least that strong on the key by one of its intervals.
  synchronized boolean covers(LockOwner owner, byte[] key, boolean exclusive) {
    IntervalSet[] sets = byOwner.get(owner);
    return sets != null
        && (sets[Kind.EXCLUSIVE.ordinal()].covers(key)
            || (!exclusive && sets[Kind.SHARED.ordinal()].covers(key)));
  }

  /// Whether an interval of another owner keeps `owner` from inserting `key`.
  synchronized boolean keepsFromInserting(LockOwner owner, byte[] key) {
    return !insertBlockers(owner, key).isEmpty();
  }

  /// Owners that keep `owner` from inserting `key`. With a request, it is remembered as held up.
  synchronized List<LockOwner> insertBlockers(LockRequest request, byte[] key) {
    return remember(request, insertBlockers(request.owner, key));
  }

  private List<LockOwner> insertBlockers(LockOwner owner, byte[] key) {
    List<LockOwner> blockers = List.of();
    for (Map.Entry<LockOwner, IntervalSet[]> entry : byOwner.entrySet()) {
      if (entry.getKey() != owner && coversAny(entry.getValue(), key)) {
        blockers = with(blockers, entry.getKey());
      }
    }
    return blockers;
  }

  /// Owners whose intervals keep `owner` from locking the record. With a request, it is remembered
  /// as held up.
  synchronized List<LockOwner> recordBlockers(
      LockOwner owner, byte[] key, boolean exclusive, @Nullable LockRequest request) {
    List<LockOwner> blockers = List.of();
    for (Map.Entry<LockOwner, IntervalSet[]> entry : byOwner.entrySet()) {
      IntervalSet[] sets = entry.getValue();
      if (entry.getKey() != owner
          && (sets[Kind.EXCLUSIVE.ordinal()].covers(key)
              || (exclusive && sets[Kind.SHARED.ordinal()].covers(key)))) {
        blockers = with(blockers, entry.getKey());
      }
    }
    return request == null ? blockers : remember(request, blockers);
  }

  /// Drops everything of an owner; returns the requests to be looked at again.
  synchronized List<LockRequest> release(LockOwner owner) {
    if (byOwner.remove(owner) == null) {
      return List.of();
    }
    owners = byOwner.size();
    return heldUp.isEmpty() ? List.of() : new ArrayList<>(heldUp);
  }

  synchronized void forget(LockRequest request) {
    heldUp.remove(request);
  }

  private List<LockOwner> remember(LockRequest request, List<LockOwner> blockers) {
    if (blockers.isEmpty()) {
      heldUp.remove(request);
    } else {
      heldUp.add(request);
    }
    return blockers;
  }

  private static boolean coversAny(IntervalSet[] sets, byte[] key) {
    return sets[0].covers(key) || sets[1].covers(key) || sets[2].covers(key);
  }

  private static List<LockOwner> with(List<LockOwner> owners, LockOwner owner) {
    List<LockOwner> more = owners.isEmpty() ? new ArrayList<>(2) : owners;
    more.add(owner);
    return more;
  }
}
