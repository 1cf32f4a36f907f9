package io.tidemark.storage.redo;

import io.tidemark.storage.error.Corrupt;

/// Unsigned LEB128 integers, at most 9 bytes for 63 bits.
public final class Varint {
  public static final int MAX_BYTES = 9;

  private Varint() {}

  public static int sizeOf(long value) {
    return value == 0 ? 1 : (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7;
  }

  /// Writes `value`, which is not negative, at `offset`; returns the offset behind it.
  public static int write(byte[] target, int offset, long value) {
    if (value < 0) {
      throw new IllegalArgumentException("varint: expected no negative number, found " + value);
    }
    int at = offset;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      target[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[at++] = (byte) rest;
    return at;
  }

  /// Reads the value at `offset`; its size is [#sizeOf] the value if it was written by [#write].
  public static long read(byte[] source, int offset, int limit) {
    long value = 0;
    int shift = 0;
    for (int at = offset; at < limit && shift < 63; at++) {
      byte b = source[at];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
      shift += 7;
    }
    throw new Corrupt("varint at " + offset + ": not ended within " + (limit - offset) + " bytes");
  }

  /// As [#read], for a number that must be in the range of `int`.
  public static int readInt(byte[] source, int offset, int limit) {
    if (offset < limit && source[offset] >= 0) {
      return source[offset];
    }
    long value = read(source, offset, limit);
    if (value > Integer.MAX_VALUE) {
      throw new Corrupt("varint at " + offset + ": expected at most 2^31-1, found " + value);
    }
    return (int) value;
  }

  /// The offset behind the varint at `offset`.
  public static int skip(byte[] source, int offset, int limit) {
    for (int at = offset; at < limit && at < offset + MAX_BYTES; at++) {
      if (source[at] >= 0) {
        return at + 1;
      }
    }
    throw new Corrupt("varint at " + offset + ": not ended within " + (limit - offset) + " bytes");
  }
}
