package io.tidemark.pageserver.compact;

import io.tidemark.pageserver.ingest.IngestProgress;
import io.tidemark.pageserver.layer.LayerFiles;
import io.tidemark.pageserver.layer.LayerMap;
import io.tidemark.pageserver.layer.LayerRun;
import io.tidemark.pageserver.layer.LayerView;
import io.tidemark.pageserver.layer.ManifestStore;
import io.tidemark.pageserver.layer.ObjectRetry;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.PageId;
import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.error.Exhausted;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.error.TidemarkException;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerEntry;
import io.tidemark.storage.layer.LayerReader;
import io.tidemark.storage.layer.Manifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Merges runs when [CompactionPlan] says so, and drops layers of dropped tablespaces.
///
/// Order: new layers complete in the object store, then the manifest that names them instead of the
/// old ones, then the new view, then the old objects are deleted. A damaged layer stops compaction,
/// not the page server: what can be read is read on. Confined to the compaction thread.
public final class Compactor implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final long MAX_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final LayerFiles files;
  private final LayerMap map;
  private final ManifestStore manifests;
  private final ObjectRetry retry;
  private final IngestProgress progress;
  private final CompactionLimits limits;
  private final Supplier<Lsn> horizon;
  private final LongAdder mergedBytes = new LongAdder();

  /// `horizon`: no page is asked for below it any more; it never goes back.
  public Compactor(
      Shard shard, IngestProgress progress, CompactionLimits limits, Supplier<Lsn> horizon) {
    this.files = shard.files;
    this.map = shard.map;
    this.manifests = shard.manifests;
    this.retry = shard.retry;
    this.progress = progress;
    this.limits = limits;
    this.horizon = horizon;
  }

  /// The parts of a shard that compaction works on.
  public record Shard(LayerFiles files, LayerMap map, ManifestStore manifests, ObjectRetry retry) {}

  @Override
  public void run() {
    int failures = 0;
    while (!map.isClosed()) {
      LayerView view = map.view();
      try {
        if (!compactOnce(view)) {
          map.awaitOtherRuns(view, LayerMap.idleNanos());
        }
        failures = 0;
      } catch (RetryLater | Exhausted e) {
        if (failures == 0 && !map.isClosed()) {
          LOG.warn("compaction: {}; trying again later", e.getMessage());
        }
        retry.pause(failures++, MAX_PAUSE_NANOS);
      } catch (Fenced e) {
        LOG.warn("stepping down: {}", e.getMessage());
        progress.fail(e);
        return;
      } catch (RuntimeException e) {
        LOG.error("compaction stopped", e);
        return;
      }
    }
  }

  /// Bytes of layers that merges read.
  public long mergedBytes() {
    return mergedBytes.sum();
  }

  private boolean compactOnce(LayerView view) {
    // What is not uploaded yet may hold drops that no manifest knows.
    Lsn uploaded = view.manifest().uploadedLsn();
    Lsn now = horizon.get().isAfter(uploaded) ? uploaded : horizon.get();
    if (dropWholeLayers(view, now)) {
      return true;
    }
    long[] sizes = view.runs().stream().mapToLong(LayerRun::sizeBytes).toArray();
    CompactionPlan.Picked picked = CompactionPlan.pick(sizes, limits);
    if (picked.isEmpty()) {
      return false;
    }
    merge(view, view.runs().subList(picked.first(), picked.end()), now);
    return true;
  }

  /// Merges `picked`, newest first, into one run.
  private void merge(LayerView view, List<LayerRun> picked, Lsn now) {
    LayerRun newest = picked.getFirst();
    LayerRun oldest = picked.getLast();
    List<LayerRun> below =
        view.runs().stream().filter(run -> !run.endLsn().isAfter(oldest.startLsn())).toList();
    LayerOutput output =
        new LayerOutput(
            files,
            new LayerOutput.Lsns(oldest.startLsn(), newest.endLsn(), purgedBy(picked, now)),
            limits.layerBytes());
    List<LayerDescriptor> written;
    try {
      copyEntries(picked, new PageMerge(output, below, limits, now.value()), now);
      written = output.finish();
    } catch (RuntimeException e) {
      output.abandon();
      throw e;
    }
    List<LayerDescriptor> replaced =
        picked.stream().flatMap(run -> run.layers().stream()).map(LayerReader::descriptor).toList();
    replaced.forEach(layer -> mergedBytes.add(layer.sizeBytes()));
    replace(replaced, written, now);
    LOG.debug("merged {} into {}", picked, written);
  }

  private void copyEntries(List<LayerRun> picked, PageMerge merge, Lsn now) {
    PriorityQueue<RunCursor> cursors = new PriorityQueue<>();
    for (LayerRun run : picked) {
      RunCursor cursor = new RunCursor(run);
      if (cursor.next()) {
        cursors.add(cursor);
      }
    }
    long page = -1;
    boolean dropped = false;
    while (!cursors.isEmpty()) {
      RunCursor first = cursors.remove();
      LayerEntry entry = first.entry();
      if (entry.page() != page) {
        endPage(merge, page, dropped);
        page = entry.page();
        dropped = isDropped(page, now);
        merge.begin(page);
      }
      if (!dropped) {
        merge.add(entry);
      }
      if (first.next()) {
        cursors.add(first);
      }
      if (retry.isClosed()) {
        throw new RetryLater("the page server is closing");
      }
    }
    endPage(merge, page, dropped);
  }

  private static void endPage(PageMerge merge, long page, boolean dropped) {
    if (page >= 0 && !dropped) {
      merge.end();
    }
  }

  /// Drops layers whose every page is of a tablespace that ended at or below the horizon.
  private boolean dropWholeLayers(LayerView view, Lsn now) {
    List<LayerDescriptor> gone =
        view.manifest().layers().stream()
            .filter(layer -> {
              PageId first = layer.bounds().firstPage();
              PageId last = layer.bounds().lastPage();
              return first.spaceId() == last.spaceId() && isDropped(first.packed(), now);
            })
            .toList();
    if (gone.isEmpty()) {
      return false;
    }
    replace(gone, List.of(), now);
    return true;
  }

  private boolean isDropped(long page, Lsn now) {
    return map.findDrop(PageId.ofPacked(page).spaceId())
        .filter(drop -> !drop.isAfter(now))
        .isPresent();
  }

  /// Commits, shows and cleans up.
  private void replace(List<LayerDescriptor> old, List<LayerDescriptor> added, Lsn now) {
    Set<LayerDescriptor> gone = new HashSet<>(old);
    Manifest manifest =
        manifests.commit(before -> {
          List<LayerDescriptor> layers = new ArrayList<>(before.layers());
          if (!layers.containsAll(gone)) {
            throw new Corrupt("manifest: layers to replace are not in " + before);
          }
          layers.removeAll(gone);
          layers.addAll(added);
          return withLayers(before, layers, now);
        });
    map.install(manifest);
    for (LayerDescriptor layer : old) {
      try {
        files.delete(layer.id());
      } catch (RetryLater | Exhausted e) {
        LOG.warn("{} stays behind as an orphan: {}", layer, e.getMessage());
      } catch (TidemarkException e) {
        LOG.error("delete of {}", layer, e);
      }
    }
  }

  private static Manifest withLayers(Manifest before, List<LayerDescriptor> layers, Lsn now) {
    Lsn purged =
        layers.stream()
            .map(LayerDescriptor::purgedLsn)
            .min(Lsn::compareTo)
            .orElse(before.uploadedLsn());
    // A drop may be forgotten when no layer can hold anything of its tablespace.
    SortedMap<Integer, Lsn> drops = new TreeMap<>(before.droppedSpaces());
    drops.values().removeIf(drop -> !drop.isAfter(purged));
    Lsn gcHorizon = now.isAfter(before.gcHorizon()) ? now : before.gcHorizon();
    return new Manifest(
        before.sequence(),
        before.generation(),
        before.owner(),
        before.uploadedLsn(),
        gcHorizon,
        new Manifest.Contents(layers, drops));
  }

  /// Up to where the new run holds nothing of dropped tablespaces: at least the lowest of its
  /// parts.
  private static Lsn purgedBy(List<LayerRun> picked, Lsn now) {
    Lsn lowest =
        picked.stream()
            .flatMap(run -> run.layers().stream())
            .map(layer -> layer.descriptor().purgedLsn())
            .min(Lsn::compareTo)
            .orElse(Lsn.ZERO);
    return lowest.isAfter(now) ? lowest : now;
  }
}
