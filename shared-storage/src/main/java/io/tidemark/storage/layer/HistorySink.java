package io.tidemark.storage.layer;

/// Receives the entries of one page, newest first.
@FunctionalInterface
public interface HistorySink {
  /// One entry; its value is `bytes[offset..offset+length)`, shared and not to be changed. False
  /// when nothing older is wanted.
  boolean add(EntryKind kind, long lsn, byte[] bytes, int offset, int length);
}
