/// Streams between the nodes of a cluster: gRPC carries messages whose bytes are ours.
///
/// - Every link is a bidirectional stream with flow control; what a receiver has not asked for
///   waits at the sender.
/// - Every link proves itself twice: certificates of the cluster's authority on both sides, and the
///   cluster's token. Links without either exist on the loopback address only.
/// - A message checks itself on arrival: magic, version, kind, length and checksum of its head;
///   what is attached (pages, frames) has checksums of its own.
@NullMarked
package io.tidemark.log.transport;

import org.jspecify.annotations.NullMarked;
