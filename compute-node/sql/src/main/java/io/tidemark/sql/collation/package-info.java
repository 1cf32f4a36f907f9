/// Character sets and collations of MySQL: which bytes are text, how texts compare, hash, sort and
/// match.
///
/// Invariants: `compare(a, b) == 0` exactly if `hash` and `sortKey` of both are equal; the unsigned
/// byte order of sort keys is the order of `compare`; no sort key is a prefix of another one.
@NullMarked
package io.tidemark.sql.collation;

import org.jspecify.annotations.NullMarked;
