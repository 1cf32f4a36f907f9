/// The object store port on S3 and stores compatible with it.
///
/// Nothing outside this package names a class of the AWS SDK, so none is loaded in a process that
/// keeps its objects elsewhere.
@NullMarked
package io.tidemark.storage.object.s3;

import org.jspecify.annotations.NullMarked;
