package io.tidemark.sql.execute;

/// What a statement that changes rows tells the client.
///
/// @param lastInsertId for the client; 0 if no value was generated or given
/// @param generated whether LAST_INSERT_ID() becomes `lastInsertId`
/// @param information such as `Records: 3 Duplicates: 0 Warnings: 0`, or empty
public record ChangeResult(
    long affectedRows, long lastInsertId, boolean generated, String information) {}
