package io.tidemark.sql.function;

import io.tidemark.sql.value.Value;

/// The state of an aggregate for one group. Confined to the statement's thread.
public interface Accumulator {
  /// Takes the arguments of one row. The array is the caller's, who may use it again.
  void add(EvalContext context, Value[] arguments);

  /// The aggregate of the rows so far; that of no rows if there were none.
  Value result(EvalContext context);
}
