/// Values too long for a tree entry, in chains of pages.
@NullMarked
package io.tidemark.engine.overflow;

import org.jspecify.annotations.NullMarked;
