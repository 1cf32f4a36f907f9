/// What a shard is made of: the open layer, frozen layers, layers in the object store, and the
/// manifest that says which of these count.
///
/// Invariants: an LSN range of a page is in exactly one place of a [LayerView]; a view never
/// changes; a manifest is committed before anything it no longer names is deleted.
@NullMarked
package io.tidemark.pageserver.layer;

import org.jspecify.annotations.NullMarked;
