package io.tidemark.pageserver.layer;

import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.layer.LayerBlockCache;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerDescriptor.Bounds;
import io.tidemark.storage.layer.LayerVerifier;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.object.ObjectStore;
import java.util.List;
import java.util.Optional;

/// Checks all that a shard has in the object store: its newest manifest, that the layers in it
/// never hold the same key, and each layer. Immutable.
public final class ShardVerifier {
  private ShardVerifier() {}

  /// What a shard was found to hold.
  public record Summary(Manifest manifest, long entries, long bytes) {
    @Override
    public String toString() {
      return manifest + ", " + entries + " entries, " + bytes + " bytes";
    }
  }

  /// Reads everything; empty if the shard has no manifest. Nothing may write to it meanwhile.
  ///
  /// @throws Corrupt naming object and key of the first violation
  public static Optional<Summary> verify(ObjectStore store, String shardPrefix) {
    Optional<Manifest> manifest = ManifestStore.findNewestOf(store, shardPrefix);
    if (manifest.isEmpty()) {
      return Optional.empty();
    }
    LayerFiles files =
        new LayerFiles(store, shardPrefix, LayerBlockCache.NONE, manifest.get().generation());
    List<LayerDescriptor> layers = manifest.get().layers();
    verifyDisjoint(manifest.get());
    long entries = 0;
    long bytes = 0;
    for (LayerDescriptor layer : layers) {
      entries += LayerVerifier.verify(files.reader(layer)).entries();
      bytes += layer.sizeBytes();
    }
    return Optional.of(new Summary(manifest.get(), entries, bytes));
  }

  /// Two layers have the same LSN range and other pages, or their LSN ranges do not meet.
  private static void verifyDisjoint(Manifest manifest) {
    List<LayerDescriptor> layers = manifest.layers();
    for (int i = 0; i < layers.size(); i++) {
      Bounds one = layers.get(i).bounds();
      if (one.endLsn().isAfter(manifest.uploadedLsn())) {
        throw new Corrupt(layers.get(i) + ": above the uploaded lsn of " + manifest);
      }
      for (int j = i + 1; j < layers.size(); j++) {
        Bounds other = layers.get(j).bounds();
        boolean sameRun =
            one.startLsn().equals(other.startLsn()) && one.endLsn().equals(other.endLsn());
        boolean apart =
            sameRun
                ? before(one.lastPage(), other.firstPage())
                    || before(other.lastPage(), one.firstPage())
                : !one.endLsn().isAfter(other.startLsn())
                    || !other.endLsn().isAfter(one.startLsn());
        if (!apart) {
          throw new Corrupt("manifest: " + layers.get(i) + " overlaps " + layers.get(j));
        }
      }
    }
  }

  private static boolean before(PageId one, PageId other) {
    return one.compareTo(other) < 0;
  }
}
