/// What the engine must know about rows: how index keys follow from them.
@NullMarked
package io.tidemark.engine.row;

import org.jspecify.annotations.NullMarked;
