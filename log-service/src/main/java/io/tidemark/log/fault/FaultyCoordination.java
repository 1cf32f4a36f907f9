package io.tidemark.log.fault;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.VersionedValue;
import io.tidemark.storage.error.RetryLater;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A coordination with faults that a test switches on and off, around any other.
///
/// - [#cutOff]: no call gets through, no lease counts as held, until [#heal];
/// - [#failCall]: one call fails, before or after it was carried out.
///
/// Safe for use by any number of threads, as its target.
public final class FaultyCoordination implements Coordination {
  private static final Logger LOG = LoggerFactory.getLogger(FaultyCoordination.class);
  private static final int NEVER = Integer.MAX_VALUE;

  private final Coordination target;
  private final AtomicInteger callsLeft = new AtomicInteger(NEVER);
  private volatile boolean carriedOut;
  private volatile boolean cutOff;

  public FaultyCoordination(Coordination target) {
    this.target = target;
  }

  public void cutOff() {
    cutOff = true;
  }

  public void heal() {
    cutOff = false;
    callsLeft.set(NEVER);
  }

  /// Lets `after` calls pass and cuts the caller off with the next, which is lost on its way there,
  /// or, if `carriedOut`, on its way back.
  public void failCall(int after, boolean carriedOut) {
    this.carriedOut = carriedOut;
    callsLeft.set(after);
  }

  /// Whether the call of [#failCall] has come.
  public boolean hasFailed() {
    return cutOff;
  }

  private <T> T call(Supplier<T> call) {
    checkReachable();
    if (callsLeft.get() != NEVER && callsLeft.getAndDecrement() == 0) {
      cutOff = true;
      if (carriedOut) {
        T unheard = call.get();
        LOG.debug("answer lost: {}", unheard);
      }
      checkReachable();
    }
    return call.get();
  }

  private void checkReachable() {
    if (cutOff) {
      throw new RetryLater("coordination: cut off");
    }
  }

  @Override
  public Optional<VersionedValue> find(String key) {
    return call(() -> target.find(key));
  }

  @Override
  public boolean create(String key, byte[] value) {
    return call(() -> target.create(key, value));
  }

  @Override
  public OptionalLong replace(String key, byte[] value, long version) {
    return call(() -> target.replace(key, value, version));
  }

  @Override
  public boolean delete(String key, long version) {
    return call(() -> target.delete(key, version));
  }

  @Override
  public List<String> children(String key) {
    return call(() -> target.children(key));
  }

  @Override
  public Lease lease(String key, byte[] value) {
    return new FaultyLease(call(() -> target.lease(key, value)));
  }

  @Override
  public Watch watch(String key, Runnable changed) {
    return target.watch(
        key,
        () -> {
          if (!cutOff) {
            changed.run();
          }
        });
  }

  @Override
  public void close() {
    target.close();
  }

  private final class FaultyLease implements Lease {
    private final Lease lease;

    FaultyLease(Lease lease) {
      this.lease = lease;
    }

    @Override
    public void update(byte[] value) {
      checkReachable();
      lease.update(value);
    }

    @Override
    public boolean isHeld() {
      return !cutOff && lease.isHeld();
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
