package io.tidemark.engine.txn;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;

/// Commit LSNs of transactions, by transaction id.
///
/// Every id below [#floor] ended, at or below every LSN that anybody can still ask about. For the
/// ids above it, eight bytes each say: active (0), or the LSN at which it ended. An aborted
/// transaction ends where its rollback was complete; it leaves no version behind.
///
/// An end is entered by the hook of the mtr that holds the commit record, before the published and
/// the durable LSN pass it. So whoever sees a transaction active may conclude that it will end
/// above every LSN that was visible then.
///
/// Thread-safe; reading takes no lock.
public final class CommitTable {
  private static final int CHUNK_BITS = 12;
  private static final int CHUNK_IDS = 1 << CHUNK_BITS;
  private static final long ACTIVE = 0;

  private final ReentrantLock growth = new ReentrantLock();
  private volatile Directory directory;
  private volatile long floor;

  /// The chunks from number `first` on.
  private record Directory(long first, List<AtomicLongArray> chunks) {}

  /// A table in which every id below `floor` has ended.
  public CommitTable(long floor) {
    this.floor = floor;
    this.directory = new Directory(floor >>> CHUNK_BITS, List.of());
  }

  public long floor() {
    return floor;
  }

  /// Whether the transaction ended at or below `snapshot`.
  public boolean isVisible(long transactionId, long snapshot) {
    if (transactionId < floor) {
      return true;
    }
    long state = state(transactionId);
    return state != ACTIVE && state <= snapshot;
  }

  /// Whether the transaction has not ended yet.
  public boolean isActive(long transactionId) {
    return transactionId >= floor && state(transactionId) == ACTIVE;
  }

  /// The LSN at which the transaction ended, 0 if it is below the floor, [Long#MAX_VALUE] if it has
  /// not ended.
  public long endLsn(long transactionId) {
    if (transactionId < floor) {
      return 0;
    }
    long state = state(transactionId);
    return state == ACTIVE ? Long.MAX_VALUE : state;
  }

  /// Enters where the transaction ended.
  public void end(long transactionId, long lsn) {
    if (transactionId >= floor) {
      set(transactionId, lsn);
    }
  }

  /// Raises the floor over all ids that ended at or below `horizon`, up to `limit`.
  public void advanceFloor(long horizon, long limit) {
    growth.lock();
    try {
      long id = floor;
      while (id < limit) {
        long state = state(id);
        if (state == ACTIVE || state > horizon) {
          break;
        }
        id++;
      }
      floor = id;
      Directory now = directory;
      int gone = (int) Math.min((id >>> CHUNK_BITS) - now.first, now.chunks.size());
      if (gone > 0) {
        directory =
            new Directory(
                now.first + gone, List.copyOf(now.chunks.subList(gone, now.chunks.size())));
      }
    } finally {
      growth.unlock();
    }
  }

  private long state(long transactionId) {
    Directory now = directory;
    long index = (transactionId >>> CHUNK_BITS) - now.first;
    if (index < 0) {
      // Its chunk is gone, so it ended below the horizon of then.
      return 1;
    }
    if (index >= now.chunks.size()) {
      return ACTIVE;
    }
    return now.chunks.get((int) index).get((int) transactionId & (CHUNK_IDS - 1));
  }

  private void set(long transactionId, long state) {
    long chunk = transactionId >>> CHUNK_BITS;
    Directory now = directory;
    if (chunk - now.first >= now.chunks.size()) {
      now = grow(chunk);
    }
    if (chunk >= now.first) {
      now.chunks.get((int) (chunk - now.first)).set((int) transactionId & (CHUNK_IDS - 1), state);
    }
  }

  private Directory grow(long chunk) {
    growth.lock();
    try {
      Directory now = directory;
      if (chunk - now.first >= now.chunks.size()) {
        ArrayList<AtomicLongArray> chunks = new ArrayList<>(now.chunks);
        while (chunk - now.first >= chunks.size()) {
          chunks.add(new AtomicLongArray(CHUNK_IDS));
        }
        now = new Directory(now.first, List.copyOf(chunks));
        directory = now;
      }
      return now;
    } finally {
      growth.unlock();
    }
  }
}
