/// The buffer pool: pages in a fixed number of frames outside the heap, and their latches.
///
/// Invariants: a page is in at most one frame; a frame is changed only under its exclusive latch; a
/// page whose last change is not durable is never dropped; nothing is ever written back.
@NullMarked
package io.tidemark.engine.buffer;

import org.jspecify.annotations.NullMarked;
