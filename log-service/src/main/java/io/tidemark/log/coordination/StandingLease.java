package io.tidemark.log.coordination;

import io.tidemark.log.coordination.Coordination.Lease;
import io.tidemark.log.coordination.Coordination.Watch;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lease that is taken again whenever it was lost and whenever somebody else lets go of its key.
/// For what a node says of itself; not for what only one may do at a time, where a loss must be
/// noticed.
///
/// Guarded by a lock; takes the lease on virtual threads that the key's watch starts.
public final class StandingLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandingLease.class);

  private final Coordination coordination;
  private final String key;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private byte[] value;
  private @Nullable Lease lease;
  private @Nullable Watch watch;
  private boolean closed;

  private StandingLease(Coordination coordination, String key, byte[] value) {
    this.coordination = coordination;
    this.key = key;
    this.value = value.clone();
  }

  static StandingLease open(Coordination coordination, String key, byte[] value) {
    StandingLease standing = new StandingLease(coordination, key, value);
    standing.take();
    Watch watch =
        coordination.watch(
            key, () -> Thread.ofVirtual().name("lease-" + key).start(standing::take));
    standing.watchedBy(watch);
    return standing;
  }

  public boolean isHeld() {
    lock.lock();
    try {
      return lease != null && lease.isHeld();
    } finally {
      lock.unlock();
    }
  }

  /// Says something else from here on.
  ///
  /// @throws RetryLater if it could not be said yet; it is when the lease is taken again
  public void update(byte[] bytes) {
    lock.lock();
    try {
      value = bytes.clone();
      if (lease != null) {
        lease.update(bytes);
      }
    } catch (Fenced e) {
      take();
    } finally {
      lock.unlock();
    }
  }

  private void take() {
    lock.lock();
    try {
      if (closed || isHeld()) {
        return;
      }
      if (lease != null) {
        lease.close();
        lease = null;
      }
      lease = coordination.lease(key, value);
      LOG.info("lease of key {} taken", key);
    } catch (RetryLater e) {
      LOG.info("lease of key {} not taken yet: {}", key, e.getMessage());
    } finally {
      lock.unlock();
    }
  }

  private void watchedBy(Watch taken) {
    lock.lock();
    try {
      watch = taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      if (lease != null) {
        lease.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
