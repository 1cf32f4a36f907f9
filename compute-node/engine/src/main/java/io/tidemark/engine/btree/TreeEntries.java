package io.tidemark.engine.btree;

/// Entries to be inserted, by number. What is written of them goes straight into the redo record.
public interface TreeEntries {
  /// Not to be changed.
  byte[] key(int entry);

  int valueLength(int entry);

  /// Writes the value to `target` at `at`; it must not fail.
  void putValue(int entry, byte[] target, int at);
}
