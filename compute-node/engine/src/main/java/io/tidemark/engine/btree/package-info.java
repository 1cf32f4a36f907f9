/// B-link trees of byte strings over pages; see README.md of this package.
///
/// Invariants: keys ascend within a page and along the right siblings; every key of a page is below
/// its high key, which is at or below every key of its right sibling; the root never moves.
@NullMarked
package io.tidemark.engine.btree;

import org.jspecify.annotations.NullMarked;
