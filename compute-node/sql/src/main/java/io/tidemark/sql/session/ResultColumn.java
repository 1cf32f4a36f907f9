package io.tidemark.sql.session;

import io.tidemark.sql.type.SqlType;

/// A column of a result set as the protocol's column definition describes it.
///
/// @param database schema of the table, or empty
/// @param table alias of the table, or empty
/// @param originalTable name of the table, or empty
/// @param name alias of the column
/// @param originalName name of the column in its table, or empty
/// @param flags NOT_NULL, PRI_KEY, UNIQUE_KEY, MULTIPLE_KEY, AUTO_INCREMENT, .. of the protocol;
///   those that follow from the type are added by the encoder
public record ResultColumn(
    String database,
    String table,
    String originalTable,
    String name,
    String originalName,
    SqlType type,
    int flags) {}
