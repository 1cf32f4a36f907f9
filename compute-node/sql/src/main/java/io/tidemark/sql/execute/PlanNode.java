package io.tidemark.sql.execute;

import java.util.List;

/// An operator of a plan. Immutable: what changes lives in the [RowSource] it opens.
public interface PlanNode {
  RowSource open(Execution execution);

  /// How many rows it is thought to give.
  double estimatedRows();

  /// Cost of all its rows, in reads of one row.
  double estimatedCost();

  /// As EXPLAIN FORMAT=TREE prints it, without its inputs.
  String describe();

  /// Its inputs, as EXPLAIN prints them.
  List<PlanNode> inputs();
}
