package io.tidemark.pageserver.layer;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.layer.LayerBlockCache;
import io.tidemark.storage.layer.LayerDescriptor;
import io.tidemark.storage.layer.LayerId;
import io.tidemark.storage.layer.LayerReader;
import io.tidemark.storage.object.ObjectStore;
import io.tidemark.storage.object.ObjectStore.ObjectSummary;
import io.tidemark.storage.object.ObjectStore.ObjectUpload;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// The layer objects of one shard: their keys, readers and uploads. Safe for any number of threads.
public final class LayerFiles {
  private final ObjectStore store;
  private final String prefix;
  private final LayerBlockCache cache;
  private final long generation;
  private final AtomicLong nextNumber = new AtomicLong(1);

  /// `shardPrefix` is the key prefix of the shard; new layers carry `generation`.
  public LayerFiles(ObjectStore store, String shardPrefix, LayerBlockCache cache, long generation) {
    this.store = store;
    this.prefix = shardPrefix + "/layers/";
    this.cache = cache;
    this.generation = generation;
  }

  /// An id that no layer ever had.
  public LayerId newId() {
    return new LayerId(generation, nextNumber.getAndIncrement());
  }

  public LayerReader reader(LayerDescriptor descriptor) {
    return new LayerReader(descriptor, store, key(descriptor.id()), cache);
  }

  public ObjectUpload startUpload(LayerId id) {
    return store.startUpload(key(id));
  }

  public void delete(LayerId id) {
    store.delete(key(id));
  }

  /// Deletes layers of generations below ours that `named` does not contain: an upload whose
  /// manifest never came. Nobody can name them any more, because those generations are fenced.
  public List<LayerId> deleteOrphans(List<LayerDescriptor> named) {
    Set<LayerId> keep = new HashSet<>();
    named.forEach(layer -> keep.add(layer.id()));
    List<LayerId> deleted = new ArrayList<>();
    for (ObjectSummary object : store.list(prefix)) {
      LayerId id = parse(object.key());
      if (id.generation() < generation && !keep.contains(id)) {
        store.delete(object.key());
        deleted.add(id);
      }
    }
    return deleted;
  }

  private String key(LayerId id) {
    return prefix + id;
  }

  private LayerId parse(String key) {
    String name = key.substring(prefix.length());
    int dash = name.indexOf('-');
    try {
      return new LayerId(
          Long.parseLong(name.substring(0, Math.max(dash, 0)), 16),
          Long.parseLong(name.substring(dash + 1), 16));
    } catch (NumberFormatException e) {
      throw new Corrupt("object " + key + ": is no layer", e);
    }
  }
}
