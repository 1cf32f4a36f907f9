/// The redo log: the port through which redo becomes durable and is read back.
///
/// Uses `io.tidemark.storage` only. Nothing here looks inside a page.
@NullMarked
package io.tidemark.log;

import org.jspecify.annotations.NullMarked;
