/// Faults as an implementation of the redo log port, for the tests of every module above.
@NullMarked
package io.tidemark.log.fault;

import org.jspecify.annotations.NullMarked;
