package io.tidemark.sql.constraint;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.LockWait;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.catalog.TableDescriptor;
import io.tidemark.sql.constraint.ForeignKeyGraph.Reference;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// A transaction that keeps foreign keys: each row is checked when it is changed, as InnoDB does,
/// and ON DELETE CASCADE and SET NULL change the rows that refer to it. Where no foreign key exists
/// it only passes calls on. The caller undoes the statement when a check fails.
///
/// Confined to one thread at a time, but for [#interrupt].
public final class CheckedTransaction implements Transaction {
  private static final int ALL = Integer.MAX_VALUE;
  private static final int MAX_DEPTH = 15;

  private final Transaction inner;
  private final ForeignKeyGraph graph;
  private final BooleanSupplier checks;
  private int depth;

  /// `checks` is the session's `foreign_key_checks`.
  public CheckedTransaction(Transaction inner, ForeignKeyGraph graph, BooleanSupplier checks) {
    this.inner = inner;
    this.graph = graph;
    this.checks = checks;
  }

  private boolean isFree() {
    return graph.isEmpty() || !checks.getAsBoolean();
  }

  @Override
  public void insert(
      TableDescriptor table, byte[] primaryKey, byte[] row, boolean lockDuplicateExclusive) {
    inner.insert(table, primaryKey, row, lockDuplicateExclusive);
    if (!isFree()) {
      checkParents(graph.catalog().table(table), row, Optional.empty());
    }
  }

  @Override
  public void insertAll(TableDescriptor table, RowBatch rows) {
    if (isFree() || graph.catalog().table(table).definition().foreignKeys().isEmpty()) {
      inner.insertAll(table, rows);
      return;
    }
    // A row may refer to the one before it.
    long before = inner.savepoint();
    for (int row = 0; row < rows.size(); row++) {
      try {
        insert(table, rows.primaryKey(row), rows.row(row), false);
      } catch (DuplicateKey e) {
        inner.rollbackToSavepoint(before);
        throw e.inRow(row);
      }
    }
  }

  @Override
  public void update(TableDescriptor table, byte[] primaryKey, byte[] newRow) {
    if (isFree()) {
      inner.update(table, primaryKey, newRow);
      return;
    }
    BaseTable base = graph.catalog().table(table);
    Optional<byte[]> old = inner.find(table, primaryKey, LockMode.EXCLUSIVE, LockWait.WAIT);
    if (old.isPresent()) {
      checkChildrenOfUpdate(base, old.get(), newRow);
    }
    inner.update(table, primaryKey, newRow);
    checkParents(base, newRow, old);
  }

  /// Gives a row another primary key and new bytes.
  public void changeKey(
      TableDescriptor table, byte[] primaryKey, byte[] newPrimaryKey, byte[] newRow) {
    boolean free = isFree();
    BaseTable base = graph.catalog().table(table);
    Optional<byte[]> old =
        free ? Optional.empty() : inner.find(table, primaryKey, LockMode.EXCLUSIVE, LockWait.WAIT);
    if (old.isPresent()) {
      checkChildrenOfUpdate(base, old.get(), newRow);
    }
    inner.delete(table, primaryKey);
    inner.insert(table, newPrimaryKey, newRow, false);
    if (!free) {
      checkParents(base, newRow, old);
    }
  }

  @Override
  public boolean delete(TableDescriptor table, byte[] primaryKey) {
    if (isFree()) {
      return inner.delete(table, primaryKey);
    }
    BaseTable base = graph.catalog().table(table);
    List<Reference> references = graph.referencesTo(base.database(), base.name());
    if (references.isEmpty()) {
      return inner.delete(table, primaryKey);
    }
    Optional<byte[]> old = inner.find(table, primaryKey, LockMode.EXCLUSIVE, LockWait.WAIT);
    if (old.isEmpty()) {
      return false;
    }
    if (depth >= MAX_DEPTH) {
      throw new Rejected(MySqlError.ROW_IS_REFERENCED);
    }
    boolean deleted = inner.delete(table, primaryKey);
    depth++;
    try {
      for (Reference reference : references) {
        act(base, base.newRowReader().wrap(old.get()), reference);
      }
    } finally {
      depth--;
    }
    return deleted;
  }

  /// Does to the rows that refer to a deleted one what the constraint says.
  private void act(BaseTable parent, RowReader row, Reference reference) {
    ForeignKeyDefinition key = reference.key();
    BaseTable child = reference.child();
    boolean restrict = !key.onDelete().equals("CASCADE") && !key.onDelete().equals("SET NULL");
    List<byte[]> children = children(parent, row, reference, restrict ? 1 : ALL);
    if (children.isEmpty()) {
      return;
    }
    if (restrict) {
      throw new Rejected(MySqlError.ROW_IS_REFERENCED_2, ForeignKeyLookup.describe(child, key));
    }
    for (byte[] childKey : children) {
      if (key.onDelete().equals("CASCADE")) {
        delete(child.descriptor(), childKey);
      } else {
        setNull(child, childKey, key);
      }
    }
  }

  private List<byte[]> children(BaseTable parent, RowReader row, Reference reference, int limit) {
    for (String column : reference.key().referencedColumns()) {
      if (row.isNull(parent.indexOfColumn(column))) {
        return List.of();
      }
    }
    return ForeignKeyLookup.find(
        inner,
        reference.child(),
        reference.key().columns(),
        parent,
        row,
        reference.key().referencedColumns(),
        limit);
  }

  private void setNull(BaseTable child, byte[] childKey, ForeignKeyDefinition key) {
    Optional<byte[]> row =
        inner.find(child.descriptor(), childKey, LockMode.EXCLUSIVE, LockWait.WAIT);
    if (row.isEmpty()) {
      return;
    }
    RowReader reader = child.newRowReader().wrap(row.get());
    RowWriter writer = child.newRowWriter();
    for (int i = 0; i < child.columns().size(); i++) {
      writer.copy(i, reader, i);
    }
    for (String column : key.columns()) {
      writer.setNull(child.indexOfColumn(column));
    }
    update(child.descriptor(), childKey, writer.finish());
  }

  /// Rows must not refer to values that an update takes away.
  private void checkChildrenOfUpdate(BaseTable parent, byte[] old, byte[] changed) {
    RowReader before = parent.newRowReader().wrap(old);
    RowReader after = parent.newRowReader().wrap(changed);
    for (Reference reference : graph.referencesTo(parent.database(), parent.name())) {
      boolean same = true;
      for (String column : reference.key().referencedColumns()) {
        same &= sameValue(parent, before, after, column);
      }
      if (!same && !children(parent, before, reference, 1).isEmpty()) {
        throw new Rejected(
            MySqlError.ROW_IS_REFERENCED_2,
            ForeignKeyLookup.describe(reference.child(), reference.key()));
      }
    }
  }

  private static boolean sameValue(
      BaseTable table, RowReader before, RowReader after, String column) {
    int number = table.indexOfColumn(column);
    return StoredValues.read(before, number, ZoneOffset.UTC)
        .equals(StoredValues.read(after, number, ZoneOffset.UTC));
  }

  /// What the row refers to must exist; references that an update left alone are not looked at.
  private void checkParents(BaseTable child, byte[] row, Optional<byte[]> old) {
    List<ForeignKeyDefinition> keys = child.definition().foreignKeys();
    if (keys.isEmpty()) {
      return;
    }
    RowReader reader = child.newRowReader().wrap(row);
    for (ForeignKeyDefinition key : keys) {
      if (old.isPresent()) {
        RowReader before = child.newRowReader().wrap(old.get());
        if (key.columns().stream().allMatch(c -> sameValue(child, before, reader, c))) {
          continue;
        }
      }
      Optional<BaseTable> parent =
          graph.catalog().findStored(key.referencedDatabase(), key.referencedTable());
      if (!ForeignKeyLookup.isSatisfied(inner, child, reader, key, parent)) {
        throw new Rejected(MySqlError.NO_REFERENCED_ROW_2, ForeignKeyLookup.describe(child, key));
      }
    }
  }

  /// Changes a row in place of a delete and an insert, whatever kind of transaction it is.
  public static void changeKey(
      Transaction transaction,
      TableDescriptor table,
      byte[] primaryKey,
      byte[] newPrimaryKey,
      byte[] newRow) {
    if (transaction instanceof CheckedTransaction checked) {
      checked.changeKey(table, primaryKey, newPrimaryKey, newRow);
    } else if (!Arrays.equals(primaryKey, newPrimaryKey)) {
      transaction.delete(table, primaryKey);
      transaction.insert(table, newPrimaryKey, newRow, false);
    }
  }

  @Override
  public long id() {
    return inner.id();
  }

  @Override
  public IsolationLevel isolation() {
    return inner.isolation();
  }

  @Override
  public boolean isReadOnly() {
    return inner.isReadOnly();
  }

  @Override
  public void startStatement() {
    inner.startStatement();
  }

  @Override
  public Lsn snapshotLsn() {
    return inner.snapshotLsn();
  }

  @Override
  public void lockMetadata(String database, String table, MetadataLock mode) {
    inner.lockMetadata(database, table, mode);
  }

  @Override
  public Optional<byte[]> find(
      TableDescriptor table, byte[] primaryKey, LockMode mode, LockWait wait) {
    return inner.find(table, primaryKey, mode, wait);
  }

  @Override
  public Cursor scan(TableDescriptor table, int indexNo, KeyRange range, ScanOptions options) {
    return inner.scan(table, indexNo, range, options);
  }

  @Override
  public void unlockUnmatched(TableDescriptor table, byte[] primaryKey) {
    inner.unlockUnmatched(table, primaryKey);
  }

  @Override
  public long savepoint() {
    return inner.savepoint();
  }

  @Override
  public void rollbackToSavepoint(long savepoint) {
    inner.rollbackToSavepoint(savepoint);
  }

  @Override
  public Lsn commit() {
    return inner.commit();
  }

  @Override
  public void rollback() {
    inner.rollback();
  }

  @Override
  public void interrupt() {
    inner.interrupt();
  }

  @Override
  public void clearInterrupt() {
    inner.clearInterrupt();
  }
}
