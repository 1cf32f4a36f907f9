package io.tidemark.sql.server;

import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.TableCatalog;
import io.tidemark.storage.error.RetryLater;

/// Numbers for hidden primary keys, from the counter of an empty system table, taken in blocks.
/// Guarded by this.
final class RowNumbers implements RowNumberSource {
  static final String TABLE = "row_numbers";
  private static final int BLOCK = 4096;

  private final TableCatalog catalog;
  private long next;
  private long end;

  RowNumbers(TableCatalog catalog) {
    this.catalog = catalog;
  }

  @Override
  public synchronized long next() {
    if (next == end) {
      BaseTable table =
          catalog
              .findStored("mysql", TABLE)
              .orElseThrow(() -> new RetryLater("table mysql." + TABLE + " is not there"));
      next = catalog.dictionary().advanceCounter(table.descriptor(), 1, BLOCK);
      end = next + BLOCK;
    }
    return next++;
  }
}
