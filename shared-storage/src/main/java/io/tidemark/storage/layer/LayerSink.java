package io.tidemark.storage.layer;

/// Where the bytes of a layer go, in order: an object upload or a byte array stream.
@FunctionalInterface
public interface LayerSink {
  void write(byte[] bytes, int offset, int length);
}
