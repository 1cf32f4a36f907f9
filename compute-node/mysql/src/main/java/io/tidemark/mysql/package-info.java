/// The MySQL client/server protocol on Netty.
///
/// Trusts no byte from the network before it has checked it.
@NullMarked
package io.tidemark.mysql;

import org.jspecify.annotations.NullMarked;
