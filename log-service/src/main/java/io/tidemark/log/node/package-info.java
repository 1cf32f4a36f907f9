/// The processes of the log service: a bookie, a ZooKeeper peer, and what a node of both is.
///
/// Nothing here is used by those who only append or read; they need addresses.
@NullMarked
package io.tidemark.log.node;

import org.jspecify.annotations.NullMarked;
