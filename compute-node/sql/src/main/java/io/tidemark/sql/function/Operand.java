package io.tidemark.sql.function;

import io.tidemark.sql.value.Value;

/// An argument of a function as the executor knows it: an expression that gives a value per row.
///
/// @param <R> the executor's row
public interface Operand<R> {
  Value evaluate(EvalContext context, R row);
}
