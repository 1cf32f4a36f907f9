package io.tidemark.sql.ddl;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.sql.ast.Query;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionServices;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/// Fills the new table of CREATE TABLE .. SELECT, in a transaction of its own, which nobody sees
/// because the table is not there yet. Confined to the statement's thread.
final class QueryFill {
  private final BaseTable table;
  private final SessionContext session;
  private final RowNumberSource rowNumbers;
  private final RowWriter writer;
  private final ZoneId zone;
  private final boolean strict;
  private final List<Integer> targets = new ArrayList<>();
  private long rows;
  private long counter;

  QueryFill(BaseTable table, SessionContext session, RowNumberSource rowNumbers) {
    this.table = table;
    this.session = session;
    this.rowNumbers = rowNumbers;
    this.writer = table.newRowWriter();
    this.zone = session.settings().timeZone();
    this.strict =
        session.settings().hasMode(SqlMode.STRICT_TRANS_TABLES)
            || session.settings().hasMode(SqlMode.STRICT_ALL_TABLES);
  }

  /// Runs the query and stores its rows; returns how many.
  long fill(Query query, SessionServices services) {
    for (ResultColumn column : services.describe(query)) {
      targets.add(table.indexOfColumn(column.name()));
    }
    Transaction transaction =
        session
            .engine()
            .begin(
                new TransactionOptions(
                    IsolationLevel.REPEATABLE_READ,
                    false,
                    false,
                    session.settings().lockWaitTimeout(),
                    Durability.DISK));
    boolean committed = false;
    try {
      fill(new NewRows(transaction, table, rowNumbers, zone), query, services);
      transaction.commit();
      committed = true;
    } finally {
      if (!committed) {
        transaction.rollback();
      }
    }
    return rows;
  }

  /// The largest AUTO_INCREMENT value that was stored.
  long counter() {
    return counter;
  }

  private void fill(NewRows copies, Query query, SessionServices services) {
    try {
      services.run(query, values -> copies.add(rowOf(values)));
    } catch (Rejected e) {
      copies.insert();
      throw e;
    }
    copies.insert();
  }

  private byte[] rowOf(Value[] values) {
    rows++;
    writer.start();
    RowReader defaults = table.newDefaultsReader();
    for (int i = 0; i < table.columns().size(); i++) {
      storeDefault(i, defaults);
    }
    for (int i = 0; i < values.length; i++) {
      ColumnDefinition column = table.definition().column(targets.get(i));
      StrictStore store = new StrictStore(column.name(), session, strict, rows);
      Value stored = Conversion.store(column.type(), values[i], store);
      if (stored.isNull() && !column.nullable()) {
        throw new Rejected(MySqlError.BAD_NULL, column.name());
      }
      StoredValues.write(writer, targets.get(i), stored, zone);
      if (column.autoIncrement()) {
        counter = Math.max(counter, stored.toLong(store));
      }
    }
    return writer.finish();
  }

  private void storeDefault(int number, RowReader defaults) {
    ColumnDefinition column = table.definition().column(number);
    if (column.autoIncrement() && !targets.contains(number)) {
      counter++;
      writer.setLong(number, counter);
    } else if (column.defaultValue()
        instanceof io.tidemark.sql.table.ColumnDefault.CurrentTimestamp) {
      StrictStore store = new StrictStore(column.name(), session);
      StoredValues.write(writer, number, StatementClock.now(session, column.type(), store), zone);
    } else {
      writer.copy(number, defaults, number);
    }
  }
}
