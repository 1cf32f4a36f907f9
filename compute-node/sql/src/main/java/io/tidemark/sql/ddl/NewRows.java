package io.tidemark.sql.ddl;

import io.tidemark.engine.DuplicateKey;
import io.tidemark.engine.RowBatch;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.IndexKeyCodec;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.RowReader;
import java.time.ZoneId;

/// Rows on their way into a table that nobody else sees yet, inserted together. Whoever makes them
/// calls [#insert] at the end, and before the error of a later row is told. Confined to the
/// statement's thread.
final class NewRows {
  private final Transaction transaction;
  private final BaseTable table;
  private final RowNumberSource rowNumbers;
  private final ZoneId zone;
  private final RowReader reader;
  private final RowBatch batch = new RowBatch();

  NewRows(Transaction transaction, BaseTable table, RowNumberSource rowNumbers, ZoneId zone) {
    this.transaction = transaction;
    this.table = table;
    this.rowNumbers = rowNumbers;
    this.zone = zone;
    this.reader = table.newRowReader();
  }

  void add(byte[] row) {
    byte[] key =
        table.definition().hasHiddenKey()
            ? IndexKeyCodec.hiddenKey(rowNumbers.next())
            : table.primaryKey(reader.wrap(row));
    batch.add(key, row);
    if (batch.isFull()) {
      insert();
    }
  }

  /// Inserts what is there; a duplicate is told as error 1062.
  void insert() {
    try {
      transaction.insertAll(table.descriptor(), batch);
    } catch (DuplicateKey e) {
      throw DuplicateEntry.of(table, reader.wrap(batch.row(e.row())), e.indexNo(), zone);
    } finally {
      batch.clear();
    }
  }
}
