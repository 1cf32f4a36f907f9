package io.tidemark.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.StorageEngine.EngineStatus;
import java.util.function.ToDoubleFunction;

/// Binds a compute node's engine to a registry, tagged with the node's name.
public final class EngineMetrics {
  private EngineMetrics() {}

  public static void bind(MeterRegistry registry, String node, StorageEngine engine) {
    Binder binder = new Binder(registry, Tags.of("node", node), engine);
    binder.gauge("tidemark.engine.append.lsn", "Append LSN", s -> s.appendLsn().value());
    binder.gauge("tidemark.engine.durable.lsn", "Durable LSN", s -> s.durableLsn().value());
    binder.gauge("tidemark.engine.applied.lsn", "Applied LSN", s -> s.appliedLsn().value());
    binder.gauge("tidemark.engine.lag.seconds", "Replication lag", s -> s.lag().toNanos() / 1e9);
    binder.gauge(
        "tidemark.engine.buffer.pool.pages",
        "Page frames of the buffer pool",
        EngineStatus::bufferPoolPages);
    binder.gauge(
        "tidemark.engine.buffer.pool.used.pages",
        "Page frames in use",
        EngineStatus::bufferPoolPagesUsed);
    binder.counter(
        "tidemark.engine.buffer.pool.read.requests",
        "Pages asked of the buffer pool",
        EngineStatus::bufferPoolReadRequests);
    binder.counter(
        "tidemark.engine.buffer.pool.reads",
        "Pages fetched from the page server",
        EngineStatus::bufferPoolReads);
    binder.gauge(
        "tidemark.engine.transactions.active",
        "Transactions with writes that have not ended",
        EngineStatus::activeTransactions);
    binder.counter("tidemark.engine.lock.waits", "Waits for row locks", EngineStatus::rowLockWaits);
    binder.counter("tidemark.engine.deadlocks", "Deadlocks found", EngineStatus::deadlocks);
    binder.gauge(
        "tidemark.engine.history.length",
        "Committed transactions that purge has still to visit",
        EngineStatus::historyLength);
  }

  private record Binder(MeterRegistry registry, Tags tags, StorageEngine engine) {
    void gauge(String name, String help, ToDoubleFunction<EngineStatus> value) {
      Gauge.builder(name, engine, e -> value.applyAsDouble(e.status()))
          .description(help)
          .tags(tags)
          .register(registry);
    }

    void counter(String name, String help, ToDoubleFunction<EngineStatus> value) {
      FunctionCounter.builder(name, engine, e -> value.applyAsDouble(e.status()))
          .description(help)
          .tags(tags)
          .register(registry);
    }
  }
}
