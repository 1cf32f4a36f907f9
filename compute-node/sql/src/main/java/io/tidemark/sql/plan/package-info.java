/// The optimiser: from bound statements to plans, by cost.
@NullMarked
package io.tidemark.sql.plan;

import org.jspecify.annotations.NullMarked;
