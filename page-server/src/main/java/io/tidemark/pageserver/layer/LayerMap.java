package io.tidemark.pageserver.layer;

import io.tidemark.storage.Lsn;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerReader;
import io.tidemark.storage.layer.Manifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The current [LayerView] of a shard, and its changes: a layer freezes, a frozen one is uploaded,
/// runs are merged.
///
/// Readers take [#view] without a lock. Changes are guarded by one lock.
public final class LayerMap {
  private final LayerFiles files;
  private final Map<Integer, Lsn> droppedSpaces = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile LayerView view;
  private boolean closed;

  public LayerMap(LayerFiles files, Manifest manifest, OpenLayer open) {
    this.files = files;
    this.droppedSpaces.putAll(manifest.droppedSpaces());
    this.view = new LayerView(open, List.of(), runsOf(manifest, List.of()), manifest);
  }

  public LayerView view() {
    return view;
  }

  /// The LSN at which a tablespace ended.
  public Optional<Lsn> findDrop(int spaceId) {
    return Optional.ofNullable(droppedSpaces.get(spaceId));
  }

  /// Ends a tablespace; by the ingest thread, before it publishes `lsn`.
  public void dropSpace(int spaceId, Lsn lsn) {
    droppedSpaces.put(spaceId, lsn);
    view.open().dropSpace(spaceId, lsn);
  }

  /// Freezes the open layer at `endLsn` and puts `next` in its place, once there are fewer than
  /// `maxFrozen` frozen ones: this is where ingest waits for the object store. False if the map
  /// closed or `timeoutNanos` went by first.
  public boolean tryFreeze(Lsn endLsn, OpenLayer next, int maxFrozen, long timeoutNanos) {
    lock.lock();
    try {
      long left = timeoutNanos;
      while (!closed && view.frozen().size() >= maxFrozen) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      if (closed) {
        return false;
      }
      view.open().freeze(endLsn);
      List<OpenLayer> frozen = new ArrayList<>();
      frozen.add(view.open());
      frozen.addAll(view.frozen());
      view = new LayerView(next, List.copyOf(frozen), view.runs(), view.manifest());
      changed.signalAll();
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// The oldest frozen layer, waiting for one; empty if the map closed or the time is up.
  public Optional<OpenLayer> awaitFrozen(long timeoutNanos) {
    lock.lock();
    try {
      long left = timeoutNanos;
      while (!closed && view.frozen().isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
      return closed || view.frozen().isEmpty()
          ? Optional.empty()
          : Optional.of(view.frozen().getLast());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until the runs are other than those of `seen`, the map closes, or the time is up.
  public void awaitOtherRuns(LayerView seen, long timeoutNanos) {
    lock.lock();
    try {
      long left = timeoutNanos;
      while (!closed && view.manifest().sequence() == seen.manifest().sequence() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until redo up to `lsn` is in layers; false if the map closed or the time is up first.
  public boolean awaitUploaded(Lsn lsn, long timeoutNanos) {
    lock.lock();
    try {
      long left = timeoutNanos;
      while (!closed && view.manifest().uploadedLsn().isBefore(lsn) && left > 0) {
        left = changed.awaitNanos(left);
      }
      return !view.manifest().uploadedLsn().isBefore(lsn);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /// Follows a committed manifest: its layers become the runs, frozen layers that it covers go.
  public void install(Manifest manifest) {
    lock.lock();
    try {
      if (manifest.sequence() <= view.manifest().sequence()) {
        return;
      }
      List<OpenLayer> frozen =
          view.frozen().stream()
              .filter(layer -> layer.endLsn().isAfter(manifest.uploadedLsn()))
              .toList();
      view = new LayerView(view.open(), frozen, runsOf(manifest, view.runs()), manifest);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Ends all waiting.
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  public boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// How long a wait of a background thread lasts before it looks around.
  public static long idleNanos() {
    return TimeUnit.SECONDS.toNanos(1);
  }

  private List<LayerRun> runsOf(Manifest manifest, List<LayerRun> before) {
    Map<Object, LayerReader> known = new java.util.HashMap<>();
    for (LayerRun run : before) {
      for (LayerReader layer : run.layers()) {
        known.put(layer.descriptor(), layer);
      }
    }
    Map<Lsn, List<LayerReader>> byEnd = new TreeMap<>(Comparator.<Lsn>naturalOrder().reversed());
    for (LayerDescriptor layer : manifest.layers()) {
      LayerReader reader = known.get(layer);
      byEnd
          .computeIfAbsent(layer.bounds().endLsn(), end -> new ArrayList<>())
          .add(reader != null ? reader : files.reader(layer));
    }
    return byEnd.values().stream().map(LayerRun::new).toList();
  }
}
