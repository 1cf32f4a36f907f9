/// The 16 KiB page: header, kinds and the slotted layout that all page kinds with items share.
@NullMarked
package io.tidemark.storage.page;

import org.jspecify.annotations.NullMarked;
