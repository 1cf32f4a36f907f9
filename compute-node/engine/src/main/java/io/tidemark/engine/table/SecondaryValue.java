package io.tidemark.engine.table;

/// The value of an entry of a secondary index: 6 bytes transaction id, little-endian, of the
/// transaction that changed the entry last, and 1 byte of flags.
public final class SecondaryValue {
  public static final int BYTES = 7;

  /// The row has not had this key since the entry's transaction.
  public static final int DELETED = 1;

  private SecondaryValue() {}

  public static long transactionId(byte[] bytes, int offset) {
    return ClusteredValue.getU48(bytes, offset);
  }

  public static boolean isDeleted(byte[] bytes, int offset) {
    return (bytes[offset + 6] & DELETED) != 0;
  }

  public static byte[] of(long transactionId, boolean deleted) {
    byte[] value = new byte[BYTES];
    put(value, 0, transactionId, deleted);
    return value;
  }

  static void put(byte[] target, int at, long transactionId, boolean deleted) {
    ClusteredValue.putU48(target, at, transactionId);
    target[at + 6] = (byte) (deleted ? DELETED : 0);
  }
}
