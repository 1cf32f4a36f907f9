/// Names, types and MySQL's semantic checks: from the syntax tree to bound statements.
///
/// A bound statement knows every table, column and function it uses. Values of a running statement
/// live in slots ([io.tidemark.sql.execute.Execution]): every column that is used has one, whatever
/// block it belongs to, so an inner query reads outer columns like its own.
@NullMarked
package io.tidemark.sql.bind;

import org.jspecify.annotations.NullMarked;
