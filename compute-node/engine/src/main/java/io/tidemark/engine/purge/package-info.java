/// Background work: removes versions that nobody can see any more, and takes back what ended
/// transactions left.
@NullMarked
package io.tidemark.engine.purge;

import org.jspecify.annotations.NullMarked;
