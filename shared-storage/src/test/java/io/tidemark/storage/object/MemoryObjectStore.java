package io.tidemark.storage.object;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/// An object store in memory. Safe for any number of threads.
public final class MemoryObjectStore implements ObjectStore {
  private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

  @Override
  public void put(String key, byte[] content) {
    objects.put(key, content.clone());
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    return objects.putIfAbsent(key, content.clone()) == null;
  }

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.ofNullable(objects.get(key)).map(byte[]::clone);
  }

  @Override
  public Optional<byte[]> get(String key, long offset, int length) {
    return Optional.ofNullable(objects.get(key))
        .map(bytes ->
            Arrays.copyOfRange(
                bytes,
                (int) Math.min(offset, bytes.length),
                (int) Math.min(offset + length, bytes.length)));
  }

  @Override
  public List<ObjectSummary> list(String prefix) {
    return objects.tailMap(prefix, true).entrySet().stream()
        .takeWhile(entry -> entry.getKey().startsWith(prefix))
        .map(entry -> new ObjectSummary(entry.getKey(), entry.getValue().length))
        .toList();
  }

  @Override
  public void delete(String key) {
    objects.remove(key);
  }

  @Override
  public ObjectUpload startUpload(String key) {
    return new ObjectUpload() {
      private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

      @Override
      public void append(byte[] source, int offset, int length) {
        bytes.write(source, offset, length);
      }

      @Override
      public void complete() {
        objects.put(key, bytes.toByteArray());
      }

      @Override
      public void close() {}
    };
  }

  /// Changes one bit of a stored object.
  public void flipBit(String key, int bit) {
    objects.computeIfPresent(
        key,
        (k, bytes) -> {
          byte[] damaged = bytes.clone();
          damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
          return damaged;
        });
  }

  @Override
  public void close() {}
}
