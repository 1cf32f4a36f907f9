/// Many shards as one page service: who asks need not know which shard has which page.
@NullMarked
package io.tidemark.pageserver.shard;

import org.jspecify.annotations.NullMarked;
