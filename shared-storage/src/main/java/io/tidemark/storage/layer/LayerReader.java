package io.tidemark.storage.layer;

import io.tidemark.storage.error.Corrupt;
import io.tidemark.storage.object.ObjectStore;
import java.util.Arrays;

/// Reads one layer by ranged gets, through a [LayerBlockCache]. Holds nothing open and nothing in
/// memory itself. Immutable; safe for any number of threads.
///
/// A missing object is reported as [Corrupt]: the manifest named it.
public final class LayerReader {
  private final LayerDescriptor descriptor;
  private final ObjectStore store;
  private final String key;
  private final LayerBlockCache cache;
  private final String name;

  public LayerReader(
      LayerDescriptor descriptor, ObjectStore store, String key, LayerBlockCache cache) {
    this.descriptor = descriptor;
    this.store = store;
    this.key = key;
    this.cache = cache;
    this.name = "layer " + descriptor.id();
  }

  /// Opens a layer that no manifest describes, for tools: what it is stands in its footer.
  public static LayerReader open(ObjectStore store, String key) {
    long size =
        store.list(key).stream()
            .filter(object -> object.key().equals(key))
            .findFirst()
            .orElseThrow(() -> new Corrupt("object " + key + " is missing"))
            .sizeBytes();
    byte[] end =
        store
            .get(key, Math.max(0, size - LayerFooter.BYTES), LayerFooter.BYTES)
            .orElseThrow(() -> new Corrupt("object " + key + " is missing"));
    LayerFooter footer = LayerFooter.decode(end, "object " + key);
    LayerFooter.Contents contents = footer.contents();
    LayerDescriptor descriptor =
        new LayerDescriptor(
            footer.id(),
            size,
            footer.tailBytes(),
            contents.entryCount(),
            contents.bounds(),
            contents.purgedLsn());
    return new LayerReader(descriptor, store, key, LayerBlockCache.NONE);
  }

  public LayerDescriptor descriptor() {
    return descriptor;
  }

  public String key() {
    return key;
  }

  /// Hands the entries of `page` with `low < lsn <= high` to `sink`, newest first, until it wants
  /// no more. False if the sink ended it.
  public boolean collect(long page, long low, long high, HistorySink sink) {
    LayerIndex index = index();
    if (!index.mayContain(page)) {
      return true;
    }
    LayerEntry entry = new LayerEntry();
    int[] starts = new int[16];
    for (int block = index.findBlock(page, high); block >= 0; block--) {
      byte[] raw = block(index, block);
      int count = 0;
      entry.reset(raw);
      for (int start = 0; start < raw.length; start = entry.nextStart()) {
        entry.at(start, name);
        if (entry.page() > page || (entry.page() == page && entry.lsn() > high)) {
          break;
        }
        if (entry.page() == page && entry.lsn() > low) {
          if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
          }
          starts[count++] = start;
        }
      }
      while (count > 0) {
        entry.at(starts[--count], name);
        if (!sink.add(entry.kind(), entry.lsn(), raw, entry.offset(), entry.length())) {
          return false;
        }
      }
      if (index.firstPage(block) < page || index.firstLsn(block) <= low) {
        return true;
      }
    }
    return true;
  }

  /// A cursor over all entries, for merging; reads past the cache.
  public LayerCursor openCursor() {
    return new LayerCursor(this, index());
  }

  LayerIndex index() {
    return cache.index(descriptor.id(), this::loadIndex);
  }

  private LayerIndex loadIndex() {
    long offset = descriptor.sizeBytes() - descriptor.tailBytes();
    LayerIndex index = LayerIndex.decode(read(offset, descriptor.tailBytes()), name);
    index.checkAgainst(descriptor);
    return index;
  }

  private byte[] block(LayerIndex index, int block) {
    return cache.block(
        descriptor.id(),
        block,
        () -> {
          int length = index.storedBytes(block);
          return LayerBlocks.decode(
              read(index.offset(block), length), 0, length, name + " block " + block);
        });
  }

  /// Exactly `length` bytes of the object at `offset`.
  byte[] read(long offset, int length) {
    byte[] bytes =
        store
            .get(key, offset, length)
            .orElseThrow(() -> new Corrupt(name + ": object " + key + " is missing"));
    if (bytes.length != length) {
      throw new Corrupt(
          "%s: expected %d bytes at %d, found %d".formatted(name, length, offset, bytes.length));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return descriptor.toString();
  }
}
