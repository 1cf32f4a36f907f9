/// Durable redo in the object store: how it gets there, and how it is read together with the log.
/// The README tells why several archivers do no harm and why no LSN is ever missing.
@NullMarked
package io.tidemark.log.archive;

import org.jspecify.annotations.NullMarked;
