/// Execution of statements that change definitions: databases, tables, indexes.
///
/// A statement is one group of dictionary changes: it happens as a whole or not at all. The session
/// has committed before; the transaction that holds the metadata locks ends after.
@NullMarked
package io.tidemark.sql.ddl;

import org.jspecify.annotations.NullMarked;
