package io.tidemark.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.tidemark.log.local.LocalRedoLog;
import io.tidemark.log.local.LocalRedoLogConfig;
import io.tidemark.pageserver.PageServer;
import io.tidemark.pageserver.PageServerConfig;
import io.tidemark.server.metrics.StorageMetrics;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.object.LocalObjectStore;
import java.util.function.Function;

/// The storage side of a `dev` process: redo log, object store and page server on one data
/// directory.
///
/// @param log the redo log, recovered
/// @param pages the page server, ingesting
record DevStorage(LocalRedoLog log, PageServer pages) {
  /// The one shard of the one timeline of a `dev` process.
  static final String SHARD_PREFIX = "timelines/main/shards/0";

  /// Opens what `directory` holds, or creates it.
  ///
  /// @throws StartupFailure naming what is damaged or cannot be used
  static DevStorage open(DataDirectory directory, OpenParts parts, MeterRegistry metrics)
      throws StartupFailure {
    try {
      LocalObjectStore store =
          parts.add("object store", LocalObjectStore.open(directory.objects()));
      LocalRedoLog log =
          parts.add("redo log", LocalRedoLog.open(directory.log(), LocalRedoLogConfig.DEFAULT));
      PageServer pages =
          parts.add("page server", PageServer.open(PageServerConfig.of(SHARD_PREFIX), log, store));
      StorageMetrics.bind(metrics, log);
      StorageMetrics.bindShard(metrics, Tags.empty(), pages, Function.identity());
      return new DevStorage(log, pages);
    } catch (Corrupt e) {
      throw new StartupFailure("data in " + directory.root() + " is damaged: " + e.getMessage(), e);
    } catch (TidemarkException e) {
      throw new StartupFailure(
          "data in " + directory.root() + " cannot be opened: " + e.getMessage(), e);
    }
  }
}
