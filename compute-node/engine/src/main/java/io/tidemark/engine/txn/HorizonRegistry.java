package io.tidemark.engine.txn;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Who still reads at which LSN: snapshots of this node's transactions and leases of replicas.
/// Their lowest is the horizon, below which purge may remove versions.
///
/// Taking a snapshot is a registration and one read of the visible LSN. The horizon never goes
/// back: a lease is registered before it knows its LSN, and counts with the horizon of then until
/// it does. Thread-safe.
public final class HorizonRegistry implements SnapshotClaims {
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();
  private final RemoteReaders remote;
  private volatile long horizon;

  /// One whose readers are all in this process.
  public HorizonRegistry() {
    this(RemoteReaders.NONE);
  }

  /// One that keeps for `remote` as well what it needs.
  public HorizonRegistry(RemoteReaders remote) {
    this.remote = remote;
  }

  /// A reader's claim on all versions visible at its LSN and later.
  public final class Lease implements Claim {
    private static final long UNKNOWN = -1;

    private volatile long lsn = UNKNOWN;

    /// Reads the LSN to claim, now that the claim is known. Returns it.
    public long take(LongSupplier visibleLsn) {
      lsn = UNKNOWN;
      if (leases.add(this) && lsn != UNKNOWN) {
        throw new IllegalStateException("lease is used by two threads");
      }
      long now = visibleLsn.getAsLong();
      lsn = now;
      return now;
    }

    @Override
    public long lsn() {
      return lsn;
    }

    @Override
    public void advance(long oldestSnapshot, long appliedLsn) {
      lsn = oldestSnapshot;
    }

    @Override
    public void close() {
      leases.remove(this);
    }
  }

  /// A lease that claims nothing yet.
  public Lease newLease() {
    return new Lease();
  }

  @Override
  public Claim claim(LongSupplier startLsn) {
    Lease lease = newLease();
    lease.take(startLsn);
    return lease;
  }

  /// Claims everything that purge has not been allowed to remove yet; for looking at old versions
  /// while deciding whether they are still needed.
  public Lease pinHorizon() {
    Lease lease = new Lease();
    lease.take(() -> horizon);
    return lease;
  }

  /// Recomputes the horizon, which is at most `visibleLsn`, and returns it.
  public synchronized long advance(LongSupplier visibleLsn) {
    long lowest = remote.lowest(visibleLsn.getAsLong());
    for (Lease lease : leases) {
      long lsn = lease.lsn;
      lowest = Math.min(lowest, lsn == Lease.UNKNOWN ? horizon : lsn);
    }
    if (lowest > horizon) {
      horizon = lowest;
    }
    return horizon;
  }

  /// The horizon as last computed.
  public long horizon() {
    return horizon;
  }

  /// Number of claims, for status.
  public int leases() {
    return leases.size();
  }
}
