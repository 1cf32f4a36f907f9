package io.tidemark.engine.btree;

import java.util.Arrays;

/// Receives the value that [BTree#search] finds, in a buffer that it keeps for the next search.
///
/// One reader serves one tree. Confined to one thread.
public final class EntryReader {
  final Descent descent;
  private byte[] buffer = new byte[512];
  private int length;

  EntryReader(Descent descent) {
    this.descent = descent;
  }

  /// The value's bytes, from the start of this array; valid until the next search.
  public byte[] buffer() {
    return buffer;
  }

  public int length() {
    return length;
  }

  /// A copy of the value.
  public byte[] toArray() {
    return Arrays.copyOf(buffer, length);
  }

  /// Whether nobody has changed the leaf since the last search, which may have found the key or
  /// not.
  public boolean isUnchanged() {
    return descent.validate();
  }

  byte[] prepare(int bytes) {
    if (buffer.length < bytes) {
      buffer = new byte[Math.max(bytes, 2 * buffer.length)];
    }
    length = bytes;
    return buffer;
  }
}
