/// A redo log in memory: for tests that crash, cut and replay it, and for throw-away servers.
///
/// Implements the port completely, also its fencing and waiting; only durability is an illusion.
@NullMarked
package io.tidemark.log.memory;

import org.jspecify.annotations.NullMarked;
