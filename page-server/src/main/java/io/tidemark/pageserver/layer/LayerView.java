package io.tidemark.pageserver.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.layer.HistorySink;
import io.tidemark.storage.layer.LayerReader;
import io.tidemark.storage.layer.Manifest;
import java.util.List;

/// Everything that holds changes of the shard at one moment: the open layer, frozen ones newest
/// first, runs newest first, and the manifest that names the runs. Immutable, but for the open
/// layer that goes on growing.
public record LayerView(
    OpenLayer open, List<OpenLayer> frozen, List<LayerRun> runs, Manifest manifest) {

  /// Hands the changes of `page` with `low < lsn <= high` to `sink`, newest first, until it wants
  /// no more.
  public void collect(long page, long low, long high, HistorySink sink) {
    if (high > open.startLsn().value() && !open.collect(page, low, high, sink)) {
      return;
    }
    for (OpenLayer layer : frozen) {
      if (low >= layer.endLsn().value()) {
        return;
      }
      if (high > layer.startLsn().value() && !layer.collect(page, low, high, sink)) {
        return;
      }
    }
    collectFromRuns(runs, page, low, high, sink);
  }

  /// As [#collect], from some runs, newest first.
  public static void collectFromRuns(
      List<LayerRun> runs, long page, long low, long high, HistorySink sink) {
    for (LayerRun run : runs) {
      if (low >= run.endLsn().value()) {
        return;
      }
      if (high > run.startLsn().value()) {
        var layer = run.findLayer(page);
        if (layer.isPresent() && !layer.get().collect(page, low, high, sink)) {
          return;
        }
      }
    }
  }

  /// Where the change of `page` at `lsn` comes from, for messages.
  public String describeSource(long page, Lsn lsn) {
    for (LayerRun run : runs) {
      if (run.startLsn().isBefore(lsn) && !run.endLsn().isBefore(lsn)) {
        return run.findLayer(page)
            .map(LayerReader::descriptor)
            .map(descriptor -> "layer " + descriptor.id())
            .orElse("no layer");
      }
    }
    return "the open layer";
  }
}
