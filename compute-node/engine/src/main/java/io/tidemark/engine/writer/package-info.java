/// The engine of a writer: puts buffer pool, log buffer, transactions, catalog and background work
/// together, and opens and closes them.
@NullMarked
package io.tidemark.engine.writer;

import org.jspecify.annotations.NullMarked;
