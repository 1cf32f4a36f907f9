/// MySQL's functions, operators and aggregates: names, arities, result types and evaluation.
///
/// A [io.tidemark.sql.function.FunctionDefinition] is found by name in
/// [io.tidemark.sql.function.Functions], bound once to the types of its arguments and then
/// evaluated per row.
@NullMarked
package io.tidemark.sql.function;

import org.jspecify.annotations.NullMarked;
