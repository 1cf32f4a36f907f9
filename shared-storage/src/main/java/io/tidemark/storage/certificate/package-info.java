/// Certificates and keys as PEM files: those of the server that clients see, and those by which the
/// nodes of a cluster know each other.
@NullMarked
package io.tidemark.storage.certificate;

import org.jspecify.annotations.NullMarked;
