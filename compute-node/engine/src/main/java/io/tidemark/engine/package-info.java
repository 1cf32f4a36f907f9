/// The transactional engine of a compute node.
///
/// Makes nothing durable but redo. A page changes only by applying a redo record.
@NullMarked
package io.tidemark.engine;

import org.jspecify.annotations.NullMarked;
