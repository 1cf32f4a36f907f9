/// The redo log in BookKeeper: a chain of ledgers, one frame in each entry, one writer at a time.
///
/// A frame is durable when an ack quorum of bookies has it on disk. A ledger that is not the last
/// of the chain is closed, and its end is where the next begins. README.md has the protocol.
@NullMarked
package io.tidemark.log.bookkeeper;

import org.jspecify.annotations.NullMarked;
