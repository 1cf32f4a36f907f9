/// The SQL side of a server: what all sessions share, and how sessions begin.
@NullMarked
package io.tidemark.sql.server;

import org.jspecify.annotations.NullMarked;
