package io.tidemark.storage.layer;

import java.util.function.Supplier;

/// Keeps decoded parts of layers. Implementations are safe for any number of threads and may forget
/// anything at any time.
public interface LayerBlockCache {
  /// Keeps nothing.
  LayerBlockCache NONE =
      new LayerBlockCache() {
        @Override
        public LayerIndex index(LayerId layer, Supplier<LayerIndex> loader) {
          return loader.get();
        }

        @Override
        public byte[] block(LayerId layer, int block, Supplier<byte[]> loader) {
          return loader.get();
        }
      };

  LayerIndex index(LayerId layer, Supplier<LayerIndex> loader);

  /// Raw entries of a block.
  byte[] block(LayerId layer, int block, Supplier<byte[]> loader);
}
