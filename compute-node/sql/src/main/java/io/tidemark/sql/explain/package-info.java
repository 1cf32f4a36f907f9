/// EXPLAIN: plans as MySQL shows them.
@NullMarked
package io.tidemark.sql.explain;

import org.jspecify.annotations.NullMarked;
