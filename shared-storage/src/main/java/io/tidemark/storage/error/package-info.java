/// The tree of exceptions, one kind for each reaction of a caller.
@NullMarked
package io.tidemark.storage.error;

import org.jspecify.annotations.NullMarked;
