/// The object store port and its local-directory implementation.
@NullMarked
package io.tidemark.storage.object;

import org.jspecify.annotations.NullMarked;
