package io.tidemark.pageserver.ingest;

import io.tidemark.pageserver.layer.LayerFiles;
import io.tidemark.pageserver.layer.LayerMap;
import io.tidemark.pageserver.layer.ManifestStore;
import io.tidemark.pageserver.layer.ObjectRetry;
import io.tidemark.pageserver.layer.OpenLayer;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerId;
import io.tidemark.storage.layer.LayerWriter;
import io.tidemark.storage.layer.Manifest;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes frozen layers to the object store, oldest first, and commits each in a manifest.
///
/// While the store is away it goes on trying; frozen layers pile up to the bound that
/// [LayerMap#tryFreeze] keeps, and ingest waits there. Confined to the flusher thread.
public final class LayerFlusher implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LayerFlusher.class);

  /// These layers are read back and merged soon: speed counts, not size.
  private static final int ZSTD_LEVEL = 1;

  private final LayerFiles files;
  private final LayerMap map;
  private final ManifestStore manifests;
  private final ObjectRetry retry;
  private final IngestProgress progress;

  public LayerFlusher(
      LayerFiles files,
      LayerMap map,
      ManifestStore manifests,
      ObjectRetry retry,
      IngestProgress progress) {
    this.files = files;
    this.map = map;
    this.manifests = manifests;
    this.retry = retry;
    this.progress = progress;
  }

  @Override
  public void run() {
    try {
      while (!map.isClosed()) {
        Optional<OpenLayer> frozen = map.awaitFrozen(LayerMap.idleNanos());
        if (frozen.isPresent()) {
          flush(frozen.get());
        }
      }
    } catch (Fenced e) {
      LOG.warn("stepping down: {}", e.getMessage());
      progress.fail(e);
    } catch (TidemarkException e) {
      if (!retry.isClosed()) {
        LOG.error("flush of layers stopped: {}", e.getMessage(), e);
        progress.fail(e);
      }
    } catch (RuntimeException e) {
      LOG.error("flush of layers stopped", e);
      progress.fail(new Corrupt("flush of layers stopped", e));
    }
  }

  private void flush(OpenLayer layer) {
    List<LayerDescriptor> written = new ArrayList<>();
    if (!layer.isEmpty()) {
      LayerId id = files.newId();
      written.add(retry.untilDone("upload of layer " + id, () -> upload(layer, id)));
    }
    Manifest manifest = manifests.commit(before -> with(before, written, layer));
    map.install(manifest);
    LOG.debug("{} is {}", layer, written);
  }

  private LayerDescriptor upload(OpenLayer layer, LayerId id) {
    if (map.isClosed()) {
      throw new RetryLater("the page server is closing");
    }
    try (ObjectUpload upload = files.startUpload(id);
        LayerWriter writer = new LayerWriter(id, upload::append, ZSTD_LEVEL)) {
      layer.writeTo(writer);
      LayerDescriptor descriptor =
          writer.finish(layer.startLsn(), layer.endLsn(), layer.startLsn());
      upload.complete();
      return descriptor;
    }
  }

  private static Manifest with(Manifest before, List<LayerDescriptor> written, OpenLayer layer) {
    List<LayerDescriptor> layers = new ArrayList<>(before.layers());
    layers.addAll(written);
    SortedMap<Integer, Lsn> drops = new TreeMap<>(before.droppedSpaces());
    for (Map.Entry<Integer, Lsn> drop : layer.droppedSpaces().entrySet()) {
      drops.put(drop.getKey(), drop.getValue());
    }
    return new Manifest(
        before.sequence(),
        before.generation(),
        before.owner(),
        layer.endLsn(),
        before.gcHorizon(),
        new Manifest.Contents(layers, drops));
  }
}
