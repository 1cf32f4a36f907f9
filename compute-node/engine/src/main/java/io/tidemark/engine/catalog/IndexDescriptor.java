package io.tidemark.engine.catalog;

/// Where an index lives. Which columns it covers is the business of the table's
/// [io.tidemark.engine.row.RowFormat].
///
/// @param indexId unique within the table and never reused; 1 is the clustered index
/// @param treeId unique in the database; the owner field of its pages
/// @param rootPageNo root of its tree in the table's tablespace; never moves
/// @param unique whether two rows may not share the unique part of the key
public record IndexDescriptor(int indexId, long treeId, int rootPageNo, boolean unique) {}
