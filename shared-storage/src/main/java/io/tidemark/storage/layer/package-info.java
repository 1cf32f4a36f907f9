/// The files of the page store: layers (sorted blocks of page changes and page images) and the
/// manifest that names them.
///
/// Invariants: a layer never changes once it is complete; its keys are strictly ascending in (page,
/// LSN); every byte of it is covered by a checksum; the layers of one manifest never hold the same
/// key twice.
@NullMarked
package io.tidemark.storage.layer;

import org.jspecify.annotations.NullMarked;
