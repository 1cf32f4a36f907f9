/// The small state that the nodes of a cluster agree on: who writes, of which ledgers the log
/// consists, who serves which shard, who still reads at which LSN, who is there.
///
/// Every change is a compare-and-set; nothing here is on the path of a commit.
@NullMarked
package io.tidemark.log.coordination;

import org.jspecify.annotations.NullMarked;
