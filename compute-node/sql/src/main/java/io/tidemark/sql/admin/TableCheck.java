package io.tidemark.sql.admin;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.TableSource;
import io.tidemark.storage.error.Corrupt;
import java.util.Arrays;
import java.util.Optional;

/// CHECK TABLE: reads every row and every index of a table in one snapshot and compares them.
final class TableCheck {
  private final ServerContext server;
  private final SessionContext session;

  TableCheck(ServerContext server, SessionContext session) {
    this.server = server;
    this.session = session;
  }

  /// What is wrong with the table, or an empty text.
  String check(String database, String name) {
    Optional<TableSource> source = server.catalog().find(database, name);
    if (source.isEmpty() || !(source.get() instanceof BaseTable table)) {
      return "";
    }
    try {
      Transaction transaction = session.transaction();
      long rows = readRows(transaction, table);
      for (int i = 1; i < table.indexes().size(); i++) {
        long entries = countEntries(transaction, table, i);
        if (entries != rows) {
          return "Index '"
              + table.indexes().get(i).name()
              + "' contains "
              + entries
              + " entries, should be "
              + rows;
        }
      }
      return "";
    } catch (Corrupt e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static long readRows(Transaction transaction, BaseTable table) {
    long rows = 0;
    RowReader reader = table.newRowReader();
    try (Cursor cursor =
        transaction.scan(table.descriptor(), 0, KeyRange.all(), ScanOptions.CONSISTENT)) {
      while (cursor.next()) {
        reader.wrap(cursor.rowBuffer(), cursor.rowOffset(), cursor.rowLength());
        if (!table.definition().hasHiddenKey()
            && !Arrays.equals(table.primaryKey(reader), cursor.primaryKey())) {
          throw new Corrupt("row " + rows + ": its primary key is not that of its place");
        }
        rows++;
      }
    }
    return rows;
  }

  private static long countEntries(Transaction transaction, BaseTable table, int indexNo) {
    long entries = 0;
    try (Cursor cursor =
        transaction.scan(table.descriptor(), indexNo, KeyRange.all(), ScanOptions.CONSISTENT)) {
      while (cursor.next()) {
        entries++;
      }
    }
    return entries;
  }
}
