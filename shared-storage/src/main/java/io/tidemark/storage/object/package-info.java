/// The object store port and its implementation on a local directory; that on S3 is below.
@NullMarked
package io.tidemark.storage.object;

import org.jspecify.annotations.NullMarked;
