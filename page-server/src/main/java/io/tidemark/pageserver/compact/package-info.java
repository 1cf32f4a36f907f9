/// Merges runs of layers, writes page images where building a page would take long, and leaves out
/// what no LSN at or above the gc horizon can need.
@NullMarked
package io.tidemark.pageserver.compact;

import org.jspecify.annotations.NullMarked;
