package io.tidemark.server.role;

import io.tidemark.log.RedoSource;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.ShardAssignments;
import io.tidemark.log.coordination.ShardMap;
import io.tidemark.log.coordination.ShardMap.Assignment;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageServerConfig;
import io.tidemark.storage.Shard;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.ObjectStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the shards of a page server for as long as the shard map gives them to it.
///
/// The map says who should serve a shard, the manifest in the object store who can write it. They
/// may disagree for a moment, when two nodes took a shard at once and the slower one claimed the
/// manifest last: whoever the map names takes the manifest back, the other one finds itself
/// overtaken in the map and stops.
///
/// Its own thread does the work once it is started; shards are taken before that.
final class ShardKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShardKeeper.class);
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final NodeProcess process;
  private final String node;
  private final ShardAssignments assignments;
  private final RedoSource redo;
  private final ObjectStore store;
  private final List<HostedShard> shards = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("shard-keeper").daemon().factory());
  private Coordination.@Nullable Watch watch;

  ShardKeeper(
      NodeProcess process,
      String node,
      ShardAssignments assignments,
      RedoSource redo,
      ObjectStore store) {
    this.process = process;
    this.node = node;
    this.assignments = assignments;
    this.redo = redo;
    this.store = store;
  }

  /// Takes a shard over in a new generation.
  HostedShard take(Shard shard) {
    ShardMap map = assignments.assign(shard.index(), node);
    long generation = map.assignments().get(shard.index()).generation();
    HostedShard taken = new HostedShard(shard, generation, open(shard));
    shards.add(taken);
    LOG.info("{} is served here in generation {}", shard, generation);
    return taken;
  }

  /// Begins to look after what was taken.
  void start() {
    thread.scheduleWithFixedDelay(
        this::checkFailures, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    watch = assignments.watch(this::mapChanged);
  }

  List<HostedShard> shards() {
    return shards;
  }

  private PageServer open(Shard shard) {
    PageServerConfig config =
        PageServerConfig.of("timelines/main/shards/" + shard.index()).withShard(shard);
    return PageServer.open(config, redo, store);
  }

  private void mapChanged() {
    try {
      thread.execute(() -> guarded(this::checkMap));
    } catch (RejectedExecutionException e) {
      LOG.debug("shard map changed while closing", e);
    }
  }

  /// What cannot be found out now is found out at the next change or period.
  private static void guarded(Runnable check) {
    try {
      check.run();
    } catch (RetryLater e) {
      LOG.info("shards stay as they are: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("shards could not be checked", e);
    }
  }

  private void checkMap() {
    Optional<ShardMap> map = assignments.find();
    for (HostedShard shard : shards) {
      map.ifPresent(now -> checkOwner(shard, now));
    }
  }

  /// Whether the shard is still this node's.
  private boolean checkOwner(HostedShard shard, ShardMap map) {
    Assignment now = map.assignments().get(shard.index());
    if (shard.loss().isEmpty() && now.generation() > shard.generation()) {
      String loss =
          "shard %d is lost: %s serves it in generation %d, %s did in generation %d"
              .formatted(shard.index(), now.owner(), now.generation(), node, shard.generation());
      LOG.warn(loss);
      shard.lose(loss);
      shard.pageServer().close();
    }
    return shard.loss().isEmpty();
  }

  private void checkFailures() {
    for (HostedShard shard : shards) {
      guarded(() -> checkFailure(shard));
    }
  }

  private void checkFailure(HostedShard shard) {
    Optional<TidemarkException> failure =
        shard.loss().isPresent() ? Optional.empty() : shard.pageServer().failure();
    if (failure.isEmpty()) {
      return;
    }
    if (!(failure.get() instanceof Fenced)) {
      process.end(
          1, "%s cannot be served: %s".formatted(shard.shard(), failure.get().getMessage()));
      return;
    }
    Optional<ShardMap> map = assignments.find();
    if (map.isPresent() && checkOwner(shard, map.get())) {
      LOG.warn("{} is taken back: {}", shard.shard(), failure.get().getMessage());
      shard.pageServer().close();
      shard.replace(open(shard.shard()));
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("shard-keeper has not stopped within {}", STOP_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    shards.forEach(shard -> shard.pageServer().close());
  }
}
