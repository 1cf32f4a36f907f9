/// The format of archived redo: immutable segments of whole frames, found by LSN and by commit
/// time.
@NullMarked
package io.tidemark.storage.archive;

import org.jspecify.annotations.NullMarked;
