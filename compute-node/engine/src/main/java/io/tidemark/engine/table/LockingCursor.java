package io.tidemark.engine.table;

import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.lock.KeyBound;
import io.tidemark.engine.lock.LockOwner;
import io.tidemark.engine.lock.RowLocks;
import io.tidemark.engine.lock.RowLocks.Outcome;
import io.tidemark.engine.lock.TreeRanges;
import io.tidemark.engine.txn.HorizonRegistry;
import io.tidemark.engine.txn.ReadView;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The newest rows of an index, each locked when it is met.
///
/// Below REPEATABLE READ only rows are locked. From there on the interval from one row to the next
/// is locked too, and at the end up to the next key behind the range: on the clustered index one
/// growing interval for rows and gaps, on a secondary index an interval for the gaps there and a
/// record lock for each row in the clustered index.
///
/// A step takes its lock and then asks whether the leaf is unchanged since it was copied. If not,
/// or if the step came from another leaf, it is made once more under the lock: nothing can have
/// come into the interval since.
///
/// A semi-consistent scan gives a row that somebody else has locked as it was last committed; the
/// caller has it met again if it wants it.
final class LockingCursor extends EntryCursor {
  private final TransactionSystem system;
  private final RowLocks locks;
  private final TransactionContext tx;
  private final LockingReader reader;
  private final VersionReader versions;
  private final TreeRanges ranges;
  private final boolean exclusive;
  private final boolean gaps;
  private final boolean uniquePrefix;
  private final boolean semiConsistent;

  /// The last key that was dealt with; null before the first.
  private byte @Nullable [] lastKey;

  /// Up to where the interval is locked, in the direction of the scan.
  private KeyBound lockedTo;

  /// Up to where the interval was locked when the scan was last disturbed.
  private @Nullable KeyBound guardedTo;

  private int leavesSeen;
  private boolean positioned;
  private boolean rowFound;
  private boolean ended;

  /// The key before an unlocked row's; where the scan goes back to meet it again.
  private byte @Nullable [] keyBeforeUnlocked;

  private boolean locked = true;

  /// The row whose lock was last got, by this scan; it may have to be met again before it is given.
  private byte @Nullable [] newlyLocked;

  /// The unlocked row that the caller wants.
  private byte @Nullable [] wantedKey;

  LockingCursor(
      OpenTable table,
      OpenIndex index,
      KeyRange range,
      ScanOptions options,
      TransactionSystem system,
      TransactionContext tx,
      LockingReader reader,
      VersionReader versions) {
    super(table, index, range, options);
    this.system = system;
    this.locks = system.locks();
    this.tx = tx;
    this.reader = reader;
    this.versions = versions;
    this.ranges = index.ranges();
    this.exclusive = options.lockMode() == LockMode.EXCLUSIVE;
    this.gaps = tx.locksGaps();
    this.uniquePrefix = isUniquePrefix(table, index, range);
    this.semiConsistent =
        options.lockWait() == LockWait.SEMI_CONSISTENT
            && !gaps
            && !uniquePrefix
            && index.number() == 0;
    this.lockedTo = nearEnd(range, options.descending());
  }

  /// Whether the range can hold one row only: a unique key with all its columns, none NULL.
  private static boolean isUniquePrefix(OpenTable table, OpenIndex index, KeyRange range) {
    byte[] low = range.low();
    byte[] high = range.high();
    if (low == null || high == null || !range.lowInclusive()) {
      return false;
    }
    if (index.number() == 0) {
      return range.isPoint();
    }
    return index.descriptor().unique()
        && Arrays.equals(KeyRange.successorOfPrefix(low), high)
        && !range.highInclusive()
        && isWholeColumnPart(table, index, low);
  }

  private static boolean isWholeColumnPart(OpenTable table, OpenIndex index, byte[] low) {
    try {
      return table.format().columnPartLength(index.number(), low, 0, low.length) == low.length
          && !table.format().hasNull(index.number(), low, 0, low.length);
    } catch (RuntimeException e) {
      // Fewer columns than the key has.
      return false;
    }
  }

  private static KeyBound nearEnd(KeyRange range, boolean descending) {
    byte[] end = descending ? range.high() : range.low();
    boolean inclusive = descending ? range.highInclusive() : range.lowInclusive();
    if (end == null) {
      return descending ? KeyBound.HIGHEST : KeyBound.LOWEST;
    }
    return inclusive == descending ? KeyBound.behind(end) : KeyBound.before(end);
  }

  @Override
  public boolean isLocked() {
    return locked;
  }

  @Override
  public void meetAgain() {
    wantedKey = lastKey;
    lastKey = keyBeforeUnlocked;
    positioned = false;
  }

  @Override
  public boolean next() {
    locked = true;
    while (!ended) {
      if (!positioned) {
        position();
      }
      boolean there = scan.step();
      if (!there || !scan.isInRange()) {
        ended = lockEnd(there);
      } else if (meet(entries.key())) {
        return true;
      }
      if (tx.owner().isInterrupted()) {
        throw new Rejected(MySqlError.QUERY_INTERRUPTED);
      }
    }
    return false;
  }

  private void position() {
    byte[] behind = lastKey;
    if (behind == null) {
      scan.start();
    } else {
      scan.startBehind(behind);
    }
    positioned = true;
    leavesSeen = 1;
  }

  /// Locks the gap at the end of the range; false if the step has to be made again.
  private boolean lockEnd(boolean there) {
    if (!gaps || (uniquePrefix && rowFound)) {
      return true;
    }
    KeyBound end;
    if (options.descending()) {
      end = there ? KeyBound.behind(entries.key()) : KeyBound.LOWEST;
    } else {
      end = there ? KeyBound.before(entries.key()) : KeyBound.HIGHEST;
    }
    extendGap(end);
    return isUndisturbed(end);
  }

  /// Locks the entry; true if it is a row to return.
  private boolean meet(byte[] key) {
    return isClustered() ? meetRow(key) : meetEntry(key);
  }

  private boolean meetRow(byte[] key) {
    int at = entries.valueOffset();
    long transactionId = ClusteredValue.transactionId(entries.buffer(), at);
    boolean own = transactionId == tx.ownId();
    LockOwner holder = own ? null : system.findOtherOwner(transactionId, tx.owner());
    boolean deleted = ClusteredValue.isDeleted(entries.buffer(), at);
    if (deleted && holder == null) {
      return passOver(key, true);
    }
    Outcome outcome;
    if (gaps && !uniquePrefix) {
      outcome = lockInterval(key, holder);
    } else {
      outcome =
          own
              ? Outcome.HELD
              : locks.lockRecord(tx.owner(), ranges, key, exclusive, holder, waitFor(key));
    }
    switch (outcome) {
      case WAITING -> {
        tx.awaitLock();
        newlyLocked = key;
        positioned = false;
        return false;
      }
      case SKIPPED -> {
        return semiConsistent ? meetCommitted(key) : passOver(key, false);
      }
      case GRANTED, HELD -> {
        if (outcome == Outcome.GRANTED) {
          newlyLocked = key;
        }
        if (!isUndisturbed(farSide(key))) {
          return false;
        }
      }
    }
    tx.setReleasable(!gaps && Arrays.equals(key, newlyLocked));
    lastKey = key;
    lockedTo = farSide(key);
    rowFound = true;
    return versions.newest(table, entries.buffer(), at, entries.valueLength(), row);
  }

  private LockWait waitFor(byte[] key) {
    if (!semiConsistent) {
      return options.lockWait();
    }
    return Arrays.equals(key, wantedKey) ? LockWait.WAIT : LockWait.SKIP_LOCKED;
  }

  /// Gives a row that somebody else has locked as it was last committed. Its holder may end at any
  /// time: what is built here must not be purged meanwhile, so the horizon is pinned, and then the
  /// entry must still be what was read.
  private boolean meetCommitted(byte[] key) {
    try (HorizonRegistry.Lease pin = system.horizons().pinHorizon()) {
      if (!entries.isLeafUnchanged()) {
        positioned = false;
        return false;
      }
      ReadView committed = new ReadView(system.commits(), Long.MAX_VALUE, tx.ownId());
      boolean there =
          versions.read(
              table,
              key,
              entries.buffer(),
              entries.valueOffset(),
              entries.valueLength(),
              committed,
              row);
      keyBeforeUnlocked = lastKey;
      lastKey = key;
      locked = !there;
      tx.setReleasable(false);
      return there;
    }
  }

  private Outcome lockInterval(byte[] key, @Nullable LockOwner holder) {
    KeyBound far = farSide(key);
    return options.descending()
        ? locks.lockIntervalOverRecord(
            tx.owner(), ranges, far, lockedTo, key, exclusive, holder, options.lockWait())
        : locks.lockIntervalOverRecord(
            tx.owner(), ranges, lockedTo, far, key, exclusive, holder, options.lockWait());
  }

  /// Leaves out an entry that is no row, or somebody else's; locks the gap before it, and its own
  /// place too if it is no row.
  private boolean passOver(byte[] key, boolean noRow) {
    if (gaps) {
      KeyBound to = noRow ? farSide(key) : nearSide(key);
      extendGap(to);
      if (!isUndisturbed(to)) {
        return false;
      }
    } else if (noRow && !isUndisturbed(farSide(key))) {
      // Who had deleted it may have taken that back since the leaf was copied, and ended.
      return false;
    }
    lastKey = key;
    lockedTo = farSide(key);
    return false;
  }

  private boolean meetEntry(byte[] key) {
    int at = entries.valueOffset();
    long transactionId = SecondaryValue.transactionId(entries.buffer(), at);
    boolean deleted = SecondaryValue.isDeleted(entries.buffer(), at);
    if (deleted && system.findOtherOwner(transactionId, tx.owner()) == null) {
      return passOver(key, true);
    }
    if (gaps) {
      extendGap(farSide(key));
      if (!isUndisturbed(farSide(key))) {
        return false;
      }
      lockedTo = farSide(key);
    }
    byte[] primaryKey = primaryKey();
    LockingReader.Found found =
        reader.lockRow(tx, table, primaryKey, exclusive, options.lockWait(), row);
    lastKey = key;
    if (found != LockingReader.Found.ROW) {
      return false;
    }
    if (!Arrays.equals(SecondaryKeys.keyOf(table, index, primaryKey, row), key)) {
      if (tx.isReleasable()) {
        locks.unlockRecord(tx.owner(), table.clustered().ranges(), primaryKey);
      }
      return false;
    }
    rowFound = true;
    return true;
  }

  private void extendGap(KeyBound to) {
    if (options.descending()) {
      locks.lockGap(tx.owner(), ranges, to, lockedTo);
    } else {
      locks.lockGap(tx.owner(), ranges, lockedTo, to);
    }
  }

  /// Whether what was read before the lock up to `to` is what is there under the lock. If not, the
  /// scan starts again behind the last key, and then may come from another leaf: nothing can have
  /// come between.
  private boolean isUndisturbed(KeyBound to) {
    boolean sameLeaf = entries.leavesCopied() == leavesSeen;
    if ((sameLeaf || !gaps || isGuarded(to)) && entries.isLeafUnchanged()) {
      leavesSeen = entries.leavesCopied();
      return true;
    }
    guardedTo = to;
    positioned = false;
    return false;
  }

  private boolean isGuarded(KeyBound to) {
    KeyBound guarded = guardedTo;
    if (guarded == null) {
      return false;
    }
    int order = to.compareTo(guarded);
    return options.descending() ? order >= 0 : order <= 0;
  }

  private KeyBound farSide(byte[] key) {
    return options.descending() ? KeyBound.before(key) : KeyBound.behind(key);
  }

  private KeyBound nearSide(byte[] key) {
    return options.descending() ? KeyBound.behind(key) : KeyBound.before(key);
  }
}
