/// Collections of rows that do not fit into memory: each takes what its statement's [WorkMemory]
/// gives it and puts the rest into temporary files. What comes out does not depend on how much
/// fitted, nor does its order.
///
/// Rows that are looked up by key are split by hash, and split again until a part fits
/// ([Partitions]); a part that splitting makes no smaller is worked on in passes. Rows whose order
/// matters carry their number in the input and are merged by it in the end ([RowSort]).
///
/// A temporary file has no name from the moment it is open, so the system removes it whatever
/// happens to the process; [WorkMemory#close] closes those that an operator left open.
///
/// Hash joins and grouping follow: G. Graefe, Query Evaluation Techniques for Large Databases, ACM
/// Computing Surveys 25(2), 1993, sections 2 to 4.
@NullMarked
package io.tidemark.sql.spill;

import org.jspecify.annotations.NullMarked;
