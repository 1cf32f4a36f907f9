package io.tidemark.engine.table;

import java.util.Arrays;

/// A row found: where its bytes are. Reused from read to read; confined to one thread.
public final class RowImage {
  private byte[] buffer = {};
  private int offset;
  private int length;

  /// A row that is an array of its own.
  static RowImage of(byte[] row) {
    RowImage image = new RowImage();
    image.set(row, 0, row.length);
    return image;
  }

  void set(byte[] buffer, int offset, int length) {
    this.buffer = buffer;
    this.offset = offset;
    this.length = length;
  }

  public byte[] buffer() {
    return buffer;
  }

  public int offset() {
    return offset;
  }

  public int length() {
    return length;
  }

  public byte[] toArray() {
    return Arrays.copyOfRange(buffer, offset, offset + length);
  }
}
