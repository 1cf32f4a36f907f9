package io.tidemark.storage.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;

/// What the manifest says of a layer: enough to decide whether it must be read, and to read its
/// tail (index, filter and footer) with one ranged get. Immutable.
///
/// `pages` and `lsns` bound the keys. `purgedLsn`: of tablespaces dropped at or below it the layer
/// holds nothing.
public record LayerDescriptor(
    LayerId id, long sizeBytes, int tailBytes, long entryCount, Bounds bounds, Lsn purgedLsn) {
  public LayerDescriptor {
    if (tailBytes <= 0 || tailBytes > sizeBytes || entryCount <= 0) {
      throw new IllegalArgumentException(
          "layer %s: %d bytes, tail %d, %d entries"
              .formatted(id, sizeBytes, tailBytes, entryCount));
    }
  }

  /// First and last page, and the LSNs `start..end` without `start`, of which the layer holds all
  /// changes to these pages that are still needed. Immutable.
  public record Bounds(PageId firstPage, PageId lastPage, Lsn startLsn, Lsn endLsn) {
    public Bounds {
      if (firstPage.compareTo(lastPage) > 0 || startLsn.compareTo(endLsn) >= 0) {
        throw new IllegalArgumentException(
            "layer bounds: pages %s..%s, lsn %s..%s"
                .formatted(firstPage, lastPage, startLsn, endLsn));
      }
    }

    @Override
    public String toString() {
      return "pages " + firstPage + ".." + lastPage + " lsn " + startLsn + ".." + endLsn;
    }
  }

  @Override
  public String toString() {
    return "layer %s: %s, %d entries, %d bytes, purged %s"
        .formatted(id, bounds, entryCount, sizeBytes, purgedLsn);
  }
}
