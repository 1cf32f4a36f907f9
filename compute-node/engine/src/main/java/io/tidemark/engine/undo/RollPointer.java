package io.tidemark.engine.undo;

/// Where an undo record is, in 48 bits: page number in the undo tablespace (32), slot (16).
public final class RollPointer {
  private RollPointer() {}

  public static long of(int pageNo, int slot) {
    return ((long) pageNo << 16) | slot;
  }

  public static int pageNo(long rollPointer) {
    return (int) (rollPointer >>> 16);
  }

  public static int slot(long rollPointer) {
    return (int) (rollPointer & 0xFFFF);
  }

  public static String toString(long rollPointer) {
    return pageNo(rollPointer) + "." + slot(rollPointer);
  }
}
