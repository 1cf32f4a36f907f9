package io.tidemark.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidemark.log.archive.ElectedArchiver;
import io.tidemark.log.local.LocalRedoLog;
import io.tidemark.pageserver.PageServer;
import io.tidemark.storage.Lsn;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// Binds the redo log and the page server to a registry. Values are read when they are scraped.
public final class StorageMetrics {
  private StorageMetrics() {}

  public static void bind(MeterRegistry registry, LocalRedoLog log) {
    counter(registry, "tidemark.log.appends", "Frames appended", log, l -> l.counters().appends());
    counter(
        registry, "tidemark.log.append.bytes", "Bytes appended", log, l -> l.counters().bytes());
    counter(
        registry,
        "tidemark.log.syncs",
        "Calls of fdatasync on the commit path",
        log,
        l -> l.counters().syncs());
    counter(
        registry,
        "tidemark.log.sync.seconds",
        "Time spent in fdatasync",
        log,
        l -> l.counters().syncMicros() / 1e6);
    gauge(registry, "tidemark.log.durable.lsn", "Durable LSN", log, l -> l.durableLsn().value());
    gauge(
        registry,
        "tidemark.log.start.lsn",
        "Lowest LSN that the log still holds",
        log,
        l -> l.startLsn().value());
  }

  /// Of a node that may be the one that archives; 0 on the others.
  public static void bindArchive(MeterRegistry registry, ElectedArchiver archiver) {
    gauge(
        registry,
        "tidemark.archive.archived.lsn",
        "Archived LSN, on the node that archives",
        archiver,
        a -> a.archivedLsn().map(Lsn::value).orElse(0L));
  }

  /// `server` gives the page server of a shard, which may be another after a while.
  public static <T> void bindShard(
      MeterRegistry registry, Tags tags, T owner, Function<T, PageServer> server) {
    ShardBinder<T> binder = new ShardBinder<>(registry, tags, owner, server);
    binder.counter(
        "tidemark.pageserver.ingested.bytes",
        "Redo bytes ingested",
        s -> s.metrics().ingestedBytes());
    binder.counter(
        "tidemark.pageserver.merged.bytes",
        "Layer bytes written by compaction",
        s -> s.metrics().mergedBytes());
    binder.counter(
        "tidemark.pageserver.requests", "Pages asked for", s -> s.metrics().reads().requests());
    binder.counter(
        "tidemark.pageserver.cache.hits",
        "Pages answered from the page cache alone",
        s -> s.metrics().reads().cacheHits());
    binder.gauge("tidemark.pageserver.ingested.lsn", "Ingested LSN", s -> s.ingestedLsn().value());
    binder.gauge("tidemark.pageserver.uploaded.lsn", "Uploaded LSN", s -> s.uploadedLsn().value());
    binder.gauge(
        "tidemark.pageserver.layers",
        "Layers in the object store",
        s -> s.metrics().layers().count());
    binder.gauge(
        "tidemark.pageserver.layer.bytes",
        "Bytes of layers in the object store",
        s -> s.metrics().layers().bytes());
    for (double quantile : new double[] {0.5, 0.99}) {
      Gauge.builder(
              "tidemark.pageserver.latency.seconds",
              owner,
              o -> server.apply(o).metrics().reads().latency().quantileNanos(quantile) / 1e9)
          .description("Latency of GetPage since the start")
          .tags(tags)
          .tag("quantile", Double.toString(quantile))
          .register(registry);
    }
  }

  private record ShardBinder<T>(
      MeterRegistry registry, Tags tags, T owner, Function<T, PageServer> server) {
    void counter(String name, String help, ToDoubleFunction<PageServer> value) {
      FunctionCounter.builder(name, owner, o -> value.applyAsDouble(server.apply(o)))
          .description(help)
          .tags(tags)
          .register(registry);
    }

    void gauge(String name, String help, ToDoubleFunction<PageServer> value) {
      Gauge.builder(name, owner, o -> value.applyAsDouble(server.apply(o)))
          .description(help)
          .tags(tags)
          .register(registry);
    }
  }

  private static <T> void counter(
      MeterRegistry registry, String name, String help, T source, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, source, value).description(help).register(registry);
  }

  private static <T> void gauge(
      MeterRegistry registry, String name, String help, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value).description(help).register(registry);
  }
}
