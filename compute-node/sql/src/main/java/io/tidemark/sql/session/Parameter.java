package io.tidemark.sql.session;

import io.tidemark.sql.value.Value;

/// A bound parameter of a prepared statement: the protocol layer decodes the client's bytes by the
/// type the client sent. NULL is a [Value] like any other. Strings are in the session's
/// `character_set_client` with that set's default collation, or binary if the client said BLOB.
public record Parameter(Value value) {}
