package io.tidemark.engine;

/// How a [Cursor] reads.
///
/// @param descending from the high end of the range to the low one
/// @param keysOnly do not fetch rows: the secondary index's keys are enough
/// @param lockMode whether rows are locked as they are met
/// @param lockWait what to do about locks of others
/// @param expectedRows how many rows the caller thinks it will take, for read-ahead; 0 if unknown
public record ScanOptions(
    boolean descending, boolean keysOnly, LockMode lockMode, LockWait lockWait, int expectedRows) {
  /// A consistent read in ascending order.
  public static final ScanOptions CONSISTENT =
      new ScanOptions(false, false, LockMode.NONE, LockWait.WAIT, 0);

  public static ScanOptions locking(LockMode mode) {
    return new ScanOptions(false, false, mode, LockWait.WAIT, 0);
  }
}
