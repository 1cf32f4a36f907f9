/// The read replica: applies redo to cached pages and serves snapshots at its applied LSN.
@NullMarked
package io.tidemark.engine.replica;

import org.jspecify.annotations.NullMarked;
