/// The redo feed: durable redo for every process that follows the log.
///
/// - A feed reads the log's tail once and fans it out; what is older than its window of memory
///   comes from the log by a reader of the subscriber's own, a bounded number at a time.
/// - A subscriber that does not read waits in its own thread, with one message under way: it slows
///   neither the tail nor the others, and costs no memory.
/// - A client never skips and never repeats a frame, whichever feed it comes from.
@NullMarked
package io.tidemark.log.feed;

import org.jspecify.annotations.NullMarked;
