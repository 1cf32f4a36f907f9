package io.tidemark.engine.table;

import io.tidemark.engine.KeyRange;
import io.tidemark.engine.btree.BTreeCursor;
import java.util.Arrays;

/// The entries of one index within a range, in either direction, as they stand in the leaves.
/// Confined to one thread.
final class RangeScan {
  private final BTreeCursor cursor;
  private final KeyRange range;
  private final boolean descending;

  RangeScan(BTreeCursor cursor, KeyRange range, boolean descending) {
    this.cursor = cursor;
    this.range = range;
    this.descending = descending;
  }

  BTreeCursor cursor() {
    return cursor;
  }

  void start() {
    if (descending) {
      byte[] high = range.high();
      if (high == null) {
        cursor.seekLast();
      } else {
        cursor.seekDown(high, range.highInclusive());
      }
    } else {
      byte[] low = range.low();
      if (low == null) {
        cursor.seekFirst();
      } else {
        cursor.seek(low, range.lowInclusive());
      }
    }
  }

  /// Goes on behind a key.
  void startBehind(byte[] key) {
    if (descending) {
      cursor.seekDown(key, false);
    } else {
      cursor.seek(key, false);
    }
  }

  /// Steps to the next entry of the tree; whether it is in the range tells [#isInRange].
  boolean step() {
    return cursor.next();
  }

  /// Whether the entry the cursor stands on has not passed the far end of the range.
  boolean isInRange() {
    byte[] end = descending ? range.low() : range.high();
    if (end == null) {
      return true;
    }
    int order =
        Arrays.compareUnsigned(
            cursor.buffer(),
            cursor.keyOffset(),
            cursor.keyOffset() + cursor.keyLength(),
            end,
            0,
            end.length);
    if (order == 0) {
      return descending ? range.lowInclusive() : range.highInclusive();
    }
    return descending ? order > 0 : order < 0;
  }
}
