/// The syntax tree: what a statement says, before any name is looked up.
///
/// Immutable records. An absent name is the empty string, an absent expression
/// [io.tidemark.sql.ast.Expression.Absent], an absent list the empty one.
@NullMarked
package io.tidemark.sql.ast;

import org.jspecify.annotations.NullMarked;
