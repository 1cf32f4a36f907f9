/// Redo comes in here: one thread splits mini-transactions into the changes of pages and puts them
/// into the open layer, another writes frozen layers to the object store.
@NullMarked
package io.tidemark.pageserver.ingest;

import org.jspecify.annotations.NullMarked;
