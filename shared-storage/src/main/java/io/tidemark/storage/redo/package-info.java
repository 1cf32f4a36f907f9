/// Redo records, mini-transactions and frames, and the one `apply` that changes pages.
@NullMarked
package io.tidemark.storage.redo;

import org.jspecify.annotations.NullMarked;
