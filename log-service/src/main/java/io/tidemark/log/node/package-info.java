/// The processes of the log service: a bookie, a ZooKeeper peer, and what a node of both is.
///
/// A bookie that comes back gets what it missed ([MissingEntries]); what one had that does not come
/// back goes to others ([AutoRecovery], [LostBookie]). One that has stopped by itself, as with a
/// full disk, is not started again in its process: that ends, and whoever supervises it starts it.
///
/// Nothing here is used by those who only append or read; they need addresses.
@NullMarked
package io.tidemark.log.node;

import org.jspecify.annotations.NullMarked;
