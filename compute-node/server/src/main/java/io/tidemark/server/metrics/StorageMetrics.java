package io.tidemark.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.log.local.LocalRedoLog;
import io.tidemark.pageserver.PageServer;
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

  public static void bind(MeterRegistry registry, PageServer server) {
    counter(
        registry,
        "tidemark.pageserver.ingested.bytes",
        "Redo bytes ingested",
        server,
        s -> s.metrics().ingestedBytes());
    counter(
        registry,
        "tidemark.pageserver.merged.bytes",
        "Layer bytes written by compaction",
        server,
        s -> s.metrics().mergedBytes());
    counter(
        registry,
        "tidemark.pageserver.requests",
        "Pages asked for",
        server,
        s -> s.metrics().reads().requests());
    counter(
        registry,
        "tidemark.pageserver.cache.hits",
        "Pages answered from the page cache alone",
        server,
        s -> s.metrics().reads().cacheHits());
    gauge(
        registry,
        "tidemark.pageserver.ingested.lsn",
        "Ingested LSN",
        server,
        s -> s.ingestedLsn().value());
    gauge(
        registry,
        "tidemark.pageserver.uploaded.lsn",
        "Uploaded LSN",
        server,
        s -> s.uploadedLsn().value());
    gauge(
        registry,
        "tidemark.pageserver.layers",
        "Layers in the object store",
        server,
        s -> s.metrics().layers().count());
    gauge(
        registry,
        "tidemark.pageserver.layer.bytes",
        "Bytes of layers in the object store",
        server,
        s -> s.metrics().layers().bytes());
    for (double quantile : new double[] {0.5, 0.99}) {
      Gauge.builder(
              "tidemark.pageserver.latency.seconds",
              server,
              s -> s.metrics().reads().latency().quantileNanos(quantile) / 1e9)
          .description("Latency of GetPage since the start")
          .tag("quantile", Double.toString(quantile))
          .register(registry);
    }
  }

  static <T> void counter(
      MeterRegistry registry, String name, String help, T source, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, source, value).description(help).register(registry);
  }

  static <T> void gauge(
      MeterRegistry registry, String name, String help, T source, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value).description(help).register(registry);
  }
}
