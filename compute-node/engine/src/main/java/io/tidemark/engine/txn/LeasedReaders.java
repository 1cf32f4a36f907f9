package io.tidemark.engine.txn;

import io.tidemark.log.coordination.ReaderLeases;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replicas in other processes, as their leases tell. The leases are read again after a period, so
/// purge is late by that much; while they cannot be read it stays where it was. Confined to one
/// thread.
public final class LeasedReaders implements RemoteReaders {
  private static final Logger LOG = LoggerFactory.getLogger(LeasedReaders.class);

  private final ReaderLeases leases;
  private final long periodNanos;
  private final LongSupplier nanoTime;
  private long nextNanos;
  private long known;
  private boolean away;

  public LeasedReaders(ReaderLeases leases) {
    this(leases, Duration.ofMillis(200), System::nanoTime);
  }

  LeasedReaders(ReaderLeases leases, Duration period, LongSupplier nanoTime) {
    this.leases = leases;
    this.periodNanos = period.toNanos();
    this.nanoTime = nanoTime;
    this.nextNanos = nanoTime.getAsLong();
  }

  @Override
  public long lowest(long visibleLsn) {
    if (nanoTime.getAsLong() - nextNanos >= 0) {
      try {
        Lsn visible = Lsn.of(visibleLsn);
        Lsn lowest = leases.lowestSnapshot().orElse(visible);
        known = Math.max(known, Math.min(visibleLsn, lowest.value()));
        away = false;
      } catch (RetryLater e) {
        if (!away) {
          LOG.warn("purge stays at lsn {}: {}", known, e.getMessage());
        }
        away = true;
      }
      nextNanos = nanoTime.getAsLong() + periodNanos;
    }
    return known;
  }
}
