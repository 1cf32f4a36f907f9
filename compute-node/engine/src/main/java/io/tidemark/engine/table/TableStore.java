package io.tidemark.engine.table;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.btree.EntryReader;
import io.tidemark.engine.buffer.BufferPool;
import io.tidemark.engine.txn.ReadView;
import io.tidemark.engine.txn.TransactionContext;
import io.tidemark.engine.txn.TransactionSystem;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of all tables: reading them on the writer and on replicas, and, on the writer, changing
/// them. Thread-safe.
public final class TableStore {
  private final VersionReader versions;
  private final @Nullable WriterParts writer;

  /// What only the writer has.
  private record WriterParts(
      TransactionSystem system,
      LockingReader reader,
      RowWriter rows,
      RowUndo undo,
      PurgedRows purged) {}

  private TableStore(VersionReader versions, @Nullable WriterParts writer) {
    this.versions = versions;
    this.writer = writer;
  }

  public static TableStore forWriter(TransactionSystem system, OpenTables tables) {
    BufferPool pool = system.mtrs().pool();
    LongRows longRows = LongRows.forWriter(system);
    VersionReader versions = new VersionReader(pool, longRows);
    LockingReader reader = new LockingReader(system, versions);
    SecondaryWriter secondaries = new SecondaryWriter(system, reader);
    return new TableStore(
        versions,
        new WriterParts(
            system,
            reader,
            new RowWriter(system, longRows, reader, secondaries),
            new RowUndo(system, tables, longRows, secondaries),
            new PurgedRows(system.mtrs(), tables, longRows)));
  }

  public static TableStore forReplica(BufferPool pool) {
    return new TableStore(new VersionReader(pool, LongRows.forReader(pool)), null);
  }

  private WriterParts writer() {
    if (writer == null) {
      throw new IllegalStateException("a replica neither locks nor writes rows");
    }
    return writer;
  }

  /// Changes of rows.
  public RowWriter rows() {
    return writer().rows();
  }

  /// Taking changes back.
  public RowUndo undo() {
    return writer().undo();
  }

  /// Removal of what nobody sees.
  public PurgedRows purged() {
    return writer().purged();
  }

  /// A consistent read of one row; without a view the newest version.
  public Optional<byte[]> find(OpenTable table, byte[] primaryKey, Optional<ReadView> view) {
    OpenIndex index = table.clustered();
    EntryReader reader = index.borrowReader();
    try {
      if (!index.tree().search(primaryKey, reader)) {
        return Optional.empty();
      }
      RowImage row = new RowImage();
      boolean found =
          view.isEmpty()
              ? versions.uncommitted(table, primaryKey, reader.buffer(), 0, reader.length(), row)
              : versions.read(
                  table, primaryKey, reader.buffer(), 0, reader.length(), view.get(), row);
      return found ? Optional.of(row.toArray()) : Optional.empty();
    } finally {
      index.giveBack(reader);
    }
  }

  /// A locking read of one row.
  public Optional<byte[]> findLocking(
      TransactionContext tx, OpenTable table, byte[] primaryKey, LockMode mode, LockWait wait) {
    RowImage row = new RowImage();
    LockingReader.Found found =
        writer().reader().lockRow(tx, table, primaryKey, mode == LockMode.EXCLUSIVE, wait, row);
    return found == LockingReader.Found.ROW ? Optional.of(row.toArray()) : Optional.empty();
  }

  /// A consistent scan; without a view of the newest versions.
  public Cursor scan(
      OpenTable table,
      int indexNo,
      KeyRange range,
      ScanOptions options,
      Optional<ReadView> view,
      ReadGuard guard) {
    return new ConsistentCursor(table, table.index(indexNo), range, options, versions, view, guard);
  }

  public Cursor scanLocking(
      TransactionContext tx, OpenTable table, int indexNo, KeyRange range, ScanOptions options) {
    WriterParts parts = writer();
    return new LockingCursor(
        table, table.index(indexNo), range, options, parts.system(), tx, parts.reader(), versions);
  }
}
