/// What the protocol layer talks to: sessions that execute statements and push results into sinks.
///
/// A session is confined to one thread at a time; [io.tidemark.sql.session.SqlSession#interrupt]
/// may come from any.
@NullMarked
package io.tidemark.sql.session;

import org.jspecify.annotations.NullMarked;
