/// Tablespaces: which pages of one are in use, and which come next.
@NullMarked
package io.tidemark.engine.space;

import org.jspecify.annotations.NullMarked;
