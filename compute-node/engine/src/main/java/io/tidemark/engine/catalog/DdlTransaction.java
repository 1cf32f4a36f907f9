package io.tidemark.engine.catalog;

import java.util.List;

/// A group of dictionary changes that becomes visible, durable and replicated as one, or not at
/// all.
///
/// The caller holds exclusive metadata locks on every name it changes, and has checked that the
/// names exist or do not. New trees are filled through an ordinary [io.tidemark.engine.Transaction]
/// or [#addIndex] before [#commit]; what a crash leaves behind is dropped at the next start.
/// Confined to one thread.
public interface DdlTransaction extends AutoCloseable {
  void createDatabase(String name, byte[] definition);

  void alterDatabase(String name, byte[] definition);

  /// Drops a database and all its tables.
  void dropDatabase(String name);

  /// Creates a table with a tablespace of its own and one tree for each element of `uniqueIndexes`
  /// (true: unique; the first is the clustered index).
  TableDescriptor createTable(
      String database, String name, byte[] definition, List<Boolean> uniqueIndexes);

  void dropTable(TableDescriptor table);

  /// The same table under another name.
  TableDescriptor renameTable(TableDescriptor table, String database, String name);

  /// Gives the table a new definition; its rows stay as they are.
  TableDescriptor alterDefinition(TableDescriptor table, byte[] definition);

  /// Adds an index and fills it from the rows, under the new definition. Writers are kept out by
  /// the metadata lock.
  ///
  /// @throws io.tidemark.engine.DuplicateKey if a unique index would hold a key twice
  TableDescriptor addIndex(TableDescriptor table, byte[] newDefinition, boolean unique);

  /// Drops secondary index `indexNo`, under the new definition.
  TableDescriptor dropIndex(TableDescriptor table, byte[] newDefinition, int indexNo);

  /// Raises or sets the AUTO_INCREMENT counter.
  void setCounter(TableDescriptor table, long next);

  void commit();

  /// Undoes everything unless committed.
  @Override
  void close();
}
