/// Mini-transactions and the log buffer: how pages change, and how the redo of it reaches the log.
///
/// Invariants: a page changes only by applying the record that goes to the log; of two mtrs that
/// change one page the one with the lower LSN changed it first; the log receives whole mtrs,
/// without a gap; nothing that can fail happens between an mtr's first change and its commit.
@NullMarked
package io.tidemark.engine.mtr;

import org.jspecify.annotations.NullMarked;
