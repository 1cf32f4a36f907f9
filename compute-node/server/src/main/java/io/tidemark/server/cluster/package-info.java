/// A whole cluster as separate processes on one machine, for trying it out and for tests.
///
/// Everything is in one directory: a configuration file, a log and a pid for each node. Nothing
/// runs in between: each command reads the directory, looks at the processes and asks their admin
/// ports.
@NullMarked
package io.tidemark.server.cluster;

import org.jspecify.annotations.NullMarked;
