package io.tidemark.pageserver.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.layer.LayerReader;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Layers of the same LSN range and of disjoint page ranges, in page order: together they hold
/// every change of the shard in that range that is still needed. Immutable.
public final class LayerRun {
  private final List<LayerReader> layers;
  private final long sizeBytes;

  /// `layers` are not empty and have the same LSN range.
  LayerRun(List<LayerReader> layers) {
    this.layers =
        layers.stream()
            .sorted(Comparator.comparing(layer -> layer.descriptor().bounds().firstPage()))
            .toList();
    this.sizeBytes = layers.stream().mapToLong(layer -> layer.descriptor().sizeBytes()).sum();
  }

  public Lsn startLsn() {
    return layers.getFirst().descriptor().bounds().startLsn();
  }

  public Lsn endLsn() {
    return layers.getFirst().descriptor().bounds().endLsn();
  }

  public long sizeBytes() {
    return sizeBytes;
  }

  /// In page order.
  public List<LayerReader> layers() {
    return layers;
  }

  /// The layer whose page range contains `page`.
  Optional<LayerReader> findLayer(long page) {
    int low = 0;
    int high = layers.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      LayerReader layer = layers.get(middle);
      if (layer.descriptor().bounds().firstPage().packed() > page) {
        high = middle - 1;
      } else if (layer.descriptor().bounds().lastPage().packed() < page) {
        low = middle + 1;
      } else {
        return Optional.of(layer);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return "run %s..%s: %d layers, %d bytes"
        .formatted(startLsn(), endLsn(), layers.size(), sizeBytes);
  }
}
