/// What `/metrics` shows: counters and gauges of every part, named `tidemark_<part>_<what>_<unit>`.
@NullMarked
package io.tidemark.server.metrics;

import org.jspecify.annotations.NullMarked;
