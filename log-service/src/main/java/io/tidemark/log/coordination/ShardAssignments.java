package io.tidemark.log.coordination;

import io.tidemark.storage.error.RetryLater;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The [ShardMap] of a cluster, under the key `shards`, changed by compare-and-set. Safe for use by
/// any number of threads.
public final class ShardAssignments {
  private static final String SHARDS = "shards";
  private static final int MAX_ATTEMPTS = 100;

  private final Coordination coordination;

  public ShardAssignments(Coordination coordination) {
    this.coordination = coordination;
  }

  public Optional<ShardMap> find() {
    return coordination.find(SHARDS).map(value -> ShardMap.decode(value.bytes()));
  }

  /// Sets the cluster up; false if it was.
  public boolean create(ShardMap map) {
    return coordination.create(SHARDS, map.encode());
  }

  /// Gives a shard to a node in a new generation; the map that says so.
  public ShardMap assign(int shard, String owner) {
    return change(map -> map.assign(shard, owner));
  }

  /// As [Coordination#watch].
  public Coordination.Watch watch(Runnable changed) {
    return coordination.watch(SHARDS, changed);
  }

  /// Replaces the map by what `change` makes of it, again if somebody else was faster.
  public ShardMap change(UnaryOperator<ShardMap> change) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      VersionedValue old =
          coordination.find(SHARDS).orElseThrow(() -> new RetryLater("shard map: not created yet"));
      ShardMap changed = change.apply(ShardMap.decode(old.bytes()));
      if (coordination.replace(SHARDS, changed.encode(), old.version()).isPresent()) {
        return changed;
      }
    }
    throw new RetryLater("shard map: others changed it " + MAX_ATTEMPTS + " times meanwhile");
  }
}
