package io.tidemark.engine.row;

/// What the engine must know about the rows of a table: how index keys follow from them.
///
/// Implemented by the SQL layer from the table's definition, used by the engine for secondary index
/// maintenance, rollback, purge and on replicas. Deterministic and stateless: the same bytes always
/// give the same keys, for every row ever stored under any earlier version of the definition.
/// Thread-safe.
public interface RowFormat {
  /// The key of the row in secondary index `indexNo` (1 and up, see
  /// [io.tidemark.engine.catalog.TableDescriptor#indexes]): the encoded columns, then the primary
  /// key. The encoding of the columns is prefix-free, so that no key's column part is a prefix of
  /// another's.
  byte[] secondaryKey(
      int indexNo, byte[] primaryKey, byte[] rowBuffer, int rowOffset, int rowLength);

  /// Length of the column part of a secondary key, at which the primary key begins.
  int columnPartLength(int indexNo, byte[] key, int offset, int length);

  /// Whether the column part contains a NULL, which no unique constraint compares.
  boolean hasNull(int indexNo, byte[] key, int offset, int length);
}
