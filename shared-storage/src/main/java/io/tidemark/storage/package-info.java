/// What all nodes agree on: identifiers, formats of pages and redo, and the object store port.
///
/// Uses no other module of Tidemark. Formats are versioned, checksummed and documented on their
/// class.
@NullMarked
package io.tidemark.storage;

import org.jspecify.annotations.NullMarked;
