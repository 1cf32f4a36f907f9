/// GetPage: from layers to the bytes of a page at an LSN.
@NullMarked
package io.tidemark.pageserver.read;

import org.jspecify.annotations.NullMarked;
