package io.tidemark.engine.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The value of an entry of a clustered index, integers little-endian:
///
/// | offset | size | name | meaning |
/// | --- | --- | --- | --- |
/// | 0 | 6 | transaction id | of the transaction that made this version |
/// | 6 | 6 | roll pointer | [RollPointer]: the undo record of this version |
/// | 12 | 1 | flags | [#DELETED], [#OVERFLOW], [#FIRST] |
/// | 13 | | row | the row, or its head and a reference to the rest |
///
/// With [#OVERFLOW] the row part ends with a reference of [#REFERENCE_BYTES]: the first page of the
/// chain (u32) and its owner number (u64).
public final class ClusteredValue {
  public static final int HEADER_BYTES = 13;
  public static final int REFERENCE_BYTES = 12;

  /// The row does not exist from this version on.
  public static final int DELETED = 1;

  /// The row goes on in a chain of overflow pages.
  public static final int OVERFLOW = 2;

  /// There is no older version: the row was inserted where nothing was.
  public static final int FIRST = 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ClusteredValue() {}

  public static long transactionId(byte[] bytes, int offset) {
    return getU48(bytes, offset);
  }

  public static long rollPointer(byte[] bytes, int offset) {
    return getU48(bytes, offset + 6);
  }

  public static int flags(byte[] bytes, int offset) {
    return bytes[offset + 12] & 0xFF;
  }

  public static boolean isDeleted(byte[] bytes, int offset) {
    return (bytes[offset + 12] & DELETED) != 0;
  }

  public static boolean isOverflow(byte[] bytes, int offset) {
    return (bytes[offset + 12] & OVERFLOW) != 0;
  }

  /// The reference at the end of a row with an overflow chain; empty without one.
  static byte[] reference(byte[] bytes, int flags, int end) {
    return (flags & OVERFLOW) == 0
        ? new byte[0]
        : Arrays.copyOfRange(bytes, end - REFERENCE_BYTES, end);
  }

  static byte[] reference(int pageNo, long owner) {
    byte[] reference = new byte[REFERENCE_BYTES];
    INT.set(reference, 0, pageNo);
    LONG.set(reference, Integer.BYTES, owner);
    return reference;
  }

  static int referencePage(byte[] reference) {
    return (int) INT.get(reference, 0);
  }

  static long referenceOwner(byte[] reference) {
    return (long) LONG.get(reference, Integer.BYTES);
  }

  public static void putHeader(
      byte[] bytes, int offset, long transactionId, long rollPointer, int flags) {
    putU48(bytes, offset, transactionId);
    putU48(bytes, offset + 6, rollPointer);
    bytes[offset + 12] = (byte) flags;
  }

  static long getU48(byte[] bytes, int offset) {
    return (bytes[offset] & 0xFFL)
        | (bytes[offset + 1] & 0xFFL) << 8
        | (bytes[offset + 2] & 0xFFL) << 16
        | (bytes[offset + 3] & 0xFFL) << 24
        | (bytes[offset + 4] & 0xFFL) << 32
        | (bytes[offset + 5] & 0xFFL) << 40;
  }

  static void putU48(byte[] bytes, int offset, long value) {
    for (int i = 0; i < 6; i++) {
      bytes[offset + i] = (byte) (value >>> (8 * i));
    }
  }
}
