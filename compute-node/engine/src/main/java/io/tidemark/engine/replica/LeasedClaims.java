package io.tidemark.engine.replica;

import io.tidemark.engine.txn.SnapshotClaims;
import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.log.coordination.ReaderLeases.ReaderLease;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The claims of a replica whose writer is another process: a lease in coordination, brought up to
/// date once in a period. A lease that was lost is taken again; what the writer purged meanwhile
/// the redo tells. Immutable.
public final class LeasedClaims implements SnapshotClaims {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedClaims.class);

  private final ReaderLeases leases;
  private final String name;
  private final Duration period;

  /// `name` must be that of no other living process.
  public LeasedClaims(ReaderLeases leases, String name) {
    this(leases, name, Duration.ofMillis(200));
  }

  /// As above with another period.
  public LeasedClaims(ReaderLeases leases, String name, Duration period) {
    this.leases = leases;
    this.name = name;
    this.period = period;
  }

  /// Registers at the LSN known now: behind the wait for coordination it would be a later one, and
  /// nobody needs that.
  ///
  /// @throws RetryLater if a namesake's lease is still there
  @Override
  public Claim claim(LongSupplier lsn) {
    long start = lsn.getAsLong();
    Lsn at = Lsn.of(start);
    LeasedClaim claim = new LeasedClaim(leases.register(name, new ReaderLeases.Claim(at, at)), at);
    claim.timer.scheduleWithFixedDelay(
        claim::renew, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    return claim;
  }

  /// The timer's thread owns the lease.
  private final class LeasedClaim implements Claim {
    private final ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("replica-lease").daemon().factory());
    private volatile ReaderLeases.Claim wanted;
    private volatile @Nullable ReaderLease lease;
    private ReaderLeases.Claim told;
    private boolean away;

    LeasedClaim(ReaderLease lease, Lsn start) {
      this.lease = lease;
      this.wanted = new ReaderLeases.Claim(start, start);
      this.told = wanted;
    }

    @Override
    public long lsn() {
      return wanted.snapshot().value();
    }

    @Override
    public void advance(long oldestSnapshot, long appliedLsn) {
      ReaderLeases.Claim now = wanted;
      if (now.snapshot().value() != oldestSnapshot || now.redo().value() != appliedLsn) {
        wanted = new ReaderLeases.Claim(Lsn.of(appliedLsn), Lsn.of(oldestSnapshot));
      }
    }

    private void renew() {
      try {
        ReaderLeases.Claim now = wanted;
        ReaderLease held = lease;
        if (held == null || !held.isHeld()) {
          lease = null;
          lease = leases.register(name, now);
          LOG.info("lease of replica {} taken again: {}", name, now);
        } else if (!now.equals(told)) {
          held.advance(now);
        }
        told = now;
        away = false;
      } catch (Fenced | RetryLater e) {
        if (!away) {
          LOG.warn(
              "lease of replica {} cannot be renewed; old snapshots may be lost: {}",
              name,
              e.getMessage());
        }
        away = true;
      }
    }

    @Override
    public void close() {
      timer.shutdownNow();
      try {
        if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
          LOG.warn("lease of replica {} is still being renewed", name);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      ReaderLease held = lease;
      if (held != null) {
        held.close();
      }
    }
  }
}
