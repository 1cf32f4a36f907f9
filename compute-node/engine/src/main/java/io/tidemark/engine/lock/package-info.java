/// Row, gap and metadata locks of transactions, and the deadlocks between them.
///
/// README.md in this directory tells the whole story: what is locked, who waits for whom, and how
/// this differs from InnoDB. Nothing here knows pages; nothing here is called with more than a leaf
/// latch held, and no wait happens under any latch.
@NullMarked
package io.tidemark.engine.lock;

import org.jspecify.annotations.NullMarked;
