package io.tidemark.pageserver.compact;

import io.tidemark.pageserver.layer.LayerRun;
import io.tidemark.storage.layer.LayerCursor;
import io.tidemark.storage.layer.LayerEntry;
import io.tidemark.storage.layer.LayerReader;
import java.util.Iterator;

/// Walks all entries of a run in key order; compares by the entry it stands at. Confined to one
/// thread.
final class RunCursor implements Comparable<RunCursor> {
  private final Iterator<LayerReader> rest;
  private LayerCursor layer;

  RunCursor(LayerRun run) {
    rest = run.layers().iterator();
    layer = rest.next().openCursor();
  }

  /// Steps to the next entry; false at the end.
  boolean next() {
    while (!layer.next()) {
      if (!rest.hasNext()) {
        return false;
      }
      layer = rest.next().openCursor();
    }
    return true;
  }

  LayerEntry entry() {
    return layer.entry();
  }

  @Override
  public int compareTo(RunCursor other) {
    int byPage = Long.compare(entry().page(), other.entry().page());
    return byPage != 0 ? byPage : Long.compare(entry().lsn(), other.entry().lsn());
  }
}
