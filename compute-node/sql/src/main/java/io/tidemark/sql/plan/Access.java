package io.tidemark.sql.plan;

import io.tidemark.sql.bind.BoundExpression;
import io.tidemark.sql.execute.IndexRanges;
import java.util.List;

/// A way to read a table for one opening of it.
///
/// @param ranges index and ranges
/// @param equalParts how many first columns of the index have one value each
/// @param handled conditions that the ranges decide
/// @param rowsRead entries that are read
/// @param rows rows that are left
/// @param cost of it all, in reads of one row
record Access(
    IndexRanges ranges,
    int equalParts,
    boolean covering,
    boolean descending,
    List<BoundExpression> handled,
    double rowsRead,
    double rows,
    double cost) {
  Access withOrder(boolean newDescending, double newCost) {
    return new Access(
        ranges, equalParts, covering, newDescending, handled, rowsRead, rows, newCost);
  }
}
