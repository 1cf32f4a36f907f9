package io.tidemark.pageserver.layer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.tidemark.storage.layer.LayerBlockCache;
import io.tidemark.storage.layer.LayerId;
import io.tidemark.storage.layer.LayerIndex;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Keeps raw blocks and indexes of layers in memory, bounded by their bytes. Safe for any number of
/// threads.
public final class WeightedBlockCache implements LayerBlockCache {
  private static final int ENTRY_OVERHEAD_BYTES = 128;

  private final Cache<Key, byte[]> blocks;
  private final Cache<LayerId, LayerIndex> indexes;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /// A quarter of `maxBytes` is for indexes: they are worth more than any one block.
  public WeightedBlockCache(long maxBytes) {
    blocks =
        Caffeine.newBuilder()
            .maximumWeight(Math.max(maxBytes - maxBytes / 4, 1))
            .weigher((Key key, byte[] raw) -> raw.length + ENTRY_OVERHEAD_BYTES)
            .executor(Runnable::run)
            .build();
    indexes =
        Caffeine.newBuilder()
            .maximumWeight(Math.max(maxBytes / 4, 1))
            .weigher((LayerId key, LayerIndex index) -> index.sizeBytes() + ENTRY_OVERHEAD_BYTES)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public LayerIndex index(LayerId layer, Supplier<LayerIndex> loader) {
    LayerIndex cached = indexes.getIfPresent(layer);
    if (cached == null) {
      misses.increment();
      cached = loader.get();
      indexes.put(layer, cached);
    }
    return cached;
  }

  @Override
  public byte[] block(LayerId layer, int block, Supplier<byte[]> loader) {
    Key key = new Key(layer, block);
    byte[] cached = blocks.getIfPresent(key);
    if (cached == null) {
      misses.increment();
      cached = loader.get();
      blocks.put(key, cached);
    } else {
      hits.increment();
    }
    return cached;
  }

  /// Blocks found in memory.
  public long hits() {
    return hits.sum();
  }

  /// Blocks and indexes that had to be read.
  public long misses() {
    return misses.sum();
  }

  private record Key(LayerId layer, int block) {}
}
