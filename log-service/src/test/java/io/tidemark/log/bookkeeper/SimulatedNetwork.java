package io.tidemark.log.bookkeeper;

import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.VersionedValue;
import io.tidemark.storage.error.RetryLater;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// A process's way to coordination in a [Simulation]: calls are lost on their way there and back,
/// and others act meanwhile.
final class SimulatedNetwork implements Coordination {
  private final Coordination target;
  private final Simulation simulation;
  private final String process;

  SimulatedNetwork(Coordination target, Simulation simulation, String process) {
    this.target = target;
    this.simulation = simulation;
    this.process = process;
  }

  private <T> T call(Supplier<T> call) {
    pass();
    T answer = call.get();
    pass();
    return answer;
  }

  private void pass() {
    simulation.interleave();
    boolean isChecker = process.equals("checker") || process.startsWith("reader");
    if (simulation.isDead(process) || (!isChecker && simulation.chance(0.03))) {
      throw new RetryLater("coordination: no answer");
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
    return call(() -> target.lease(key, value));
  }

  @Override
  public Watch watch(String key, Runnable changed) {
    return target.watch(key, changed);
  }

  @Override
  public void close() {
    target.close();
  }
}
