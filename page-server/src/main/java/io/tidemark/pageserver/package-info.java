/// Turns redo into pages on the object store, and serves any page at any retained LSN.
///
/// Local disk here is cache: everything can be rebuilt from the log and the object store.
@NullMarked
package io.tidemark.pageserver;

import org.jspecify.annotations.NullMarked;
