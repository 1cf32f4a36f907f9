package io.tidemark.engine;

import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.storage.Lsn;
import java.util.Optional;

/// One transaction. Every change is undone as a whole by [#rollback], partly by
/// [#rollbackToSavepoint]; nothing is visible to others before [#commit].
///
/// Keys and rows are bytes: keys order-preserving, rows in the table's
/// [io.tidemark.engine.row.RowFormat]. The caller holds the table's metadata lock ([#lockMetadata])
/// for as long as it uses the descriptor.
///
/// Errors a user must hear about are [io.tidemark.storage.error.Rejected]. After a deadlock (1213)
/// the transaction is already rolled back; after a lock wait timeout (1205) only the call had no
/// effect, and the caller rolls back the statement.
///
/// Confined to one thread at a time, but for [#interrupt].
public interface Transaction {
  /// The transaction's number; 0 until its first write.
  long id();

  IsolationLevel isolation();

  boolean isReadOnly();

  /// To be called at the start of each statement: READ COMMITTED and READ UNCOMMITTED take a new
  /// snapshot, the others keep the first.
  void startStatement();

  /// The LSN that consistent reads see.
  Lsn snapshotLsn();

  /// Takes a metadata lock that lasts until the transaction ends.
  ///
  /// @throws io.tidemark.storage.error.Rejected 1205 after `lock_wait_timeout`, 1213 on deadlock
  void lockMetadata(String database, String table, MetadataLock mode);

  /// The row with this primary key, or empty. With [LockMode#NONE] a consistent read.
  Optional<byte[]> find(TableDescriptor table, byte[] primaryKey, LockMode mode, LockWait wait);

  /// Rows of an index (0 is the clustered one, see [TableDescriptor#indexes]) in key order.
  Cursor scan(TableDescriptor table, int indexNo, KeyRange range, ScanOptions options);

  /// Inserts a row and its secondary index entries.
  ///
  /// @throws DuplicateKey if the primary key or a unique key exists; the existing row is locked
  ///   (shared, exclusive if `lockDuplicateExclusive`, as ON DUPLICATE KEY UPDATE and REPLACE need)
  void insert(TableDescriptor table, byte[] primaryKey, byte[] row, boolean lockDuplicateExclusive);

  /// Inserts the rows of a batch in its order, to the same effect as one [#insert] after another,
  /// but cheaper where keys ascend. If a row fails, no row of the batch is there, those before it
  /// and it are locked as [#insert] and [#rollbackToSavepoint] would have left them, and those
  /// behind it are not.
  ///
  /// @throws DuplicateKey with the number of the first row that is one; the existing row is locked
  ///   shared
  void insertAll(TableDescriptor table, RowBatch rows);

  /// Gives the row new bytes; its primary key stays. Only the secondary index entries whose keys
  /// differ are changed. Locks the row if the transaction has not.
  ///
  /// @throws DuplicateKey on a unique secondary key
  void update(TableDescriptor table, byte[] primaryKey, byte[] newRow);

  /// Removes the row and its secondary index entries; false if it does not exist.
  boolean delete(TableDescriptor table, byte[] primaryKey);

  /// Releases the lock on a row that a scan met and the statement's condition left out, where the
  /// isolation level allows it (READ COMMITTED and below).
  void unlockUnmatched(TableDescriptor table, byte[] primaryKey);

  /// A point to go back to. Numbers ascend; later savepoints end when an earlier one is rolled back
  /// to. Locks stay.
  long savepoint();

  void rollbackToSavepoint(long savepoint);

  /// Commits and waits as the options' durability asks; returns the commit LSN, or the snapshot's
  /// if nothing was written.
  Lsn commit();

  void rollback();

  /// Ends a wait of this transaction with error 1317; callable from any thread. The flag stays
  /// until [#clearInterrupt].
  void interrupt();

  void clearInterrupt();

  /// MySQL's metadata lock kinds as far as statements use them.
  enum MetadataLock {
    /// SELECT.
    SHARED_READ,
    /// INSERT, UPDATE, DELETE, SELECT .. FOR UPDATE.
    SHARED_WRITE,
    /// LOCK TABLES .. READ, FLUSH TABLES .. WITH READ LOCK: writers wait.
    SHARED_NO_WRITE,
    /// DDL.
    EXCLUSIVE
  }
}
