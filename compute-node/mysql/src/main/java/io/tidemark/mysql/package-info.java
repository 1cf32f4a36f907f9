/// The MySQL client/server protocol: listens, lets clients in, and executes their commands.
///
/// Trusts no byte from the network before it has checked it. Each connection has one thread, which
/// waits in the kernel for the next command and executes it; only the watchdog, KILL and the end of
/// the server act on a connection from outside, by closing its socket.
@NullMarked
package io.tidemark.mysql;

import org.jspecify.annotations.NullMarked;
