package io.tidemark.engine.lock;

import org.jspecify.annotations.Nullable;

/// A part of the record locks, by hash of tree and key: a chained hash table. Guarded by its
/// monitor.
final class LockShard {
  private static final int INITIAL_BUCKETS = 64;

  private @Nullable RecordLock[] buckets = new RecordLock[INITIAL_BUCKETS];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  @Nullable RecordLock find(long treeId, byte[] key, int hash) {
    for (RecordLock lock = buckets[hash & (buckets.length - 1)];
        lock != null;
        lock = lock.nextInBucket) {
      if (lock.is(treeId, key, hash)) {
        return lock;
      }
    }
    return null;
  }

  RecordLock create(long treeId, byte[] key, int hash) {
    if (size >= buckets.length) {
      grow();
    }
    RecordLock lock = new RecordLock(treeId, key, hash);
    put(lock);
    size++;
    return lock;
  }

  void removeIfUnused(RecordLock gone) {
    if (!gone.isUnused()) {
      return;
    }
    int bucket = gone.hash & (buckets.length - 1);
    RecordLock lock = buckets[bucket];
    if (lock == gone) {
      buckets[bucket] = gone.nextInBucket;
      size--;
      return;
    }
    for (; lock != null; lock = lock.nextInBucket) {
      if (lock.nextInBucket == gone) {
        lock.nextInBucket = gone.nextInBucket;
        size--;
        return;
      }
    }
  }

  private void put(RecordLock lock) {
    int bucket = lock.hash & (buckets.length - 1);
    lock.nextInBucket = buckets[bucket];
    buckets[bucket] = lock;
  }

  private void grow() {
    @Nullable RecordLock[] old = buckets;
    buckets = new RecordLock[old.length * 2];
    for (RecordLock first : old) {
      RecordLock lock = first;
      while (lock != null) {
        RecordLock next = lock.nextInBucket;
        put(lock);
        lock = next;
      }
    }
  }
}
