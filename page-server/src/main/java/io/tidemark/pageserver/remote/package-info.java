/// GetPage between processes: a server over any [io.tidemark.pageserver.PageService], and a client
/// that is one.
///
/// One stream carries any number of requests at a time; answers come in the order in which they are
/// ready and name the request they answer. A page travels with its checksum, which is set from the
/// page server's copy and checked in the caller's.
@NullMarked
package io.tidemark.pageserver.remote;

import org.jspecify.annotations.NullMarked;
