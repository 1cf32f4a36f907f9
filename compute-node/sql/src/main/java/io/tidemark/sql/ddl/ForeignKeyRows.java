package io.tidemark.sql.ddl;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.constraint.ForeignKeyGraph;
import io.tidemark.sql.constraint.ForeignKeyLookup;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ForeignKeyDefinition;
import io.tidemark.sql.table.RowReader;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.List;
import java.util.Optional;

/// Checks that the rows of a table satisfy foreign keys that are about to be added.
record ForeignKeyRows(SessionContext session, ForeignKeyGraph graph) {
  /// @throws Rejected 1452 at the first row that does not
  void check(BaseTable table, List<ForeignKeyDefinition> keys) {
    Transaction transaction = session.transaction();
    RowReader reader = table.newRowReader();
    TableCopy.awaitVisible(session.engine());
    try (Cursor cursor =
        transaction.scan(table.descriptor(), 0, KeyRange.all(), ScanOptions.CONSISTENT)) {
      while (cursor.next()) {
        reader.wrap(cursor.rowBuffer(), cursor.rowOffset(), cursor.rowLength());
        for (ForeignKeyDefinition key : keys) {
          Optional<BaseTable> parent =
              graph.catalog().findStored(key.referencedDatabase(), key.referencedTable());
          if (!ForeignKeyLookup.isSatisfied(transaction, table, reader, key, parent)) {
            throw new Rejected(
                MySqlError.NO_REFERENCED_ROW_2,
                "`"
                    + table.database()
                    + "`.`"
                    + table.name()
                    + "`, "
                    + ForeignKeyLookup.print(key, table.database()));
          }
        }
      }
    }
  }
}
