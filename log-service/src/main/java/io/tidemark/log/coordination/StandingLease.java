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
/// Guarded by a lock, which is not held over calls of coordination; takes the lease on virtual
/// threads that the key's watch starts.
public final class StandingLease implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StandingLease.class);

  private final Coordination coordination;
  private final String key;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by lock.
  private byte[] value;
  private @Nullable Lease lease;
  private @Nullable Watch watch;
  private boolean taken;
  private boolean taking;
  private boolean takeAgain;
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

  /// Whether it was held once and is not now: coordination is away, or somebody else has the key.
  public boolean isLost() {
    lock.lock();
    try {
      return taken && (lease == null || !lease.isHeld());
    } finally {
      lock.unlock();
    }
  }

  /// Says something else from here on.
  ///
  /// @throws RetryLater if it could not be said yet; it is when the lease is taken again
  public void update(byte[] bytes) {
    Lease held;
    lock.lock();
    try {
      value = bytes.clone();
      held = lease;
    } finally {
      lock.unlock();
    }
    try {
      if (held != null) {
        held.update(bytes);
      }
    } catch (Fenced e) {
      take();
    }
  }

  /// Takes the lease unless it is held. One thread does so at a time, and once more if another
  /// wanted to meanwhile: that one may have seen the key become free.
  private void take() {
    boolean again = begin();
    while (again) {
      try {
        Lease fresh = coordination.lease(key, bytes());
        if (adopt(fresh)) {
          LOG.info("lease of key {} taken", key);
        } else {
          fresh.close();
        }
      } catch (RetryLater e) {
        LOG.info("lease of key {} not taken yet: {}", key, e.getMessage());
      }
      again = end();
    }
  }

  private boolean begin() {
    Lease lost;
    lock.lock();
    try {
      if (closed || taking || isHeld()) {
        takeAgain = taking;
        return false;
      }
      taking = true;
      takeAgain = false;
      lost = lease;
      lease = null;
    } finally {
      lock.unlock();
    }
    if (lost != null) {
      lost.close();
    }
    return true;
  }

  /// Whether to try once more.
  private boolean end() {
    lock.lock();
    try {
      taking = takeAgain && !closed && !isHeld();
      takeAgain = false;
      return taking;
    } finally {
      lock.unlock();
    }
  }

  private boolean adopt(Lease fresh) {
    lock.lock();
    try {
      lease = closed ? null : fresh;
      taken = true;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private byte[] bytes() {
    lock.lock();
    try {
      return value;
    } finally {
      lock.unlock();
    }
  }

  private void watchedBy(Watch opened) {
    lock.lock();
    try {
      watch = opened;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Lease held;
    lock.lock();
    try {
      closed = true;
      if (watch != null) {
        watch.close();
      }
      held = lease;
    } finally {
      lock.unlock();
    }
    if (held != null) {
      held.close();
    }
  }
}
