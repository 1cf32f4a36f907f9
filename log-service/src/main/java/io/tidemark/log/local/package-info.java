/// The redo log in files of one local directory: preallocated segments, one thread that writes and
/// syncs, recovery that cuts a torn tail and refuses damage. README.md tells how and why.
@NullMarked
package io.tidemark.log.local;

import org.jspecify.annotations.NullMarked;
