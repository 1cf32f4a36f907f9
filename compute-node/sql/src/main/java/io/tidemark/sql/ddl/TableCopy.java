package io.tidemark.sql.ddl;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.Transaction;
import io.tidemark.engine.TransactionOptions;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SessionProcess;
import io.tidemark.sql.table.BaseTable;
import io.tidemark.sql.table.ColumnDefinition;
import io.tidemark.sql.table.RowNumberSource;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.RowWriter;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Copies the rows of a table into one with another definition, in a transaction of its own, which
/// nobody sees because the new table is not there yet. Confined to the statement's thread.
final class TableCopy {
  private static final Duration VISIBLE_DEADLINE = Duration.ofSeconds(30);
  private static final int PROGRESS_ROWS = 1000;

  private final SessionContext session;
  private final SessionProcess process;
  private final RowNumberSource rowNumbers;
  private final ZoneId zone;
  private final boolean strict;

  TableCopy(SessionContext session, SessionProcess process, RowNumberSource rowNumbers) {
    this.session = session;
    this.process = process;
    this.rowNumbers = rowNumbers;
    this.zone = session.settings().timeZone();
    this.strict =
        session.settings().hasMode(SqlMode.STRICT_TRANS_TABLES)
            || session.settings().hasMode(SqlMode.STRICT_ALL_TABLES);
  }

  /// Copies all rows; `sources` says for each column of `to` which column of `from` it comes from,
  /// or -1 for its default. Returns the number of rows.
  long copy(BaseTable from, BaseTable to, List<Integer> sources) {
    StorageEngine engine = session.engine();
    awaitVisible(engine);
    long estimated = Math.max(1, engine.dictionary().estimatedRows(from.descriptor()));
    TransactionOptions options =
        new TransactionOptions(
            IsolationLevel.REPEATABLE_READ,
            false,
            true,
            session.settings().lockWaitTimeout(),
            Durability.DISK);
    Transaction transaction = engine.begin(options);
    boolean committed = false;
    try {
      long rows = copy(transaction, from, to, new RowCopier(from, to, sources), estimated);
      transaction.commit();
      committed = true;
      return rows;
    } finally {
      if (!committed) {
        transaction.rollback();
      }
    }
  }

  private long copy(
      Transaction transaction, BaseTable from, BaseTable to, RowCopier copier, long estimated) {
    NewRows copies = new NewRows(transaction, to, rowNumbers, zone);
    RowReader reader = from.newRowReader();
    long rows = 0;
    try (Cursor cursor =
        transaction.scan(from.descriptor(), 0, KeyRange.all(), ScanOptions.CONSISTENT)) {
      while (cursor.next()) {
        reader.wrap(cursor.rowBuffer(), cursor.rowOffset(), cursor.rowLength());
        rows++;
        copies.add(copier.convert(reader, rows));
        if (rows % PROGRESS_ROWS == 0) {
          checkInterrupt();
          process.setState("copy to tmp table: " + Math.min(99, rows * 100 / estimated) + "%");
        }
      }
    } catch (Rejected e) {
      copies.insert();
      throw e;
    }
    copies.insert();
    return rows;
  }

  private void checkInterrupt() {
    if (session.isInterrupted()) {
      throw new Rejected(MySqlError.QUERY_INTERRUPTED);
    }
  }

  /// Locks are released before a commit is durable, and only what is durable is visible: waits
  /// until everything that was committed before the metadata lock can be seen.
  static void awaitVisible(StorageEngine engine) {
    long appended = engine.status().appendLsn().value();
    long deadline = System.nanoTime() + VISIBLE_DEADLINE.toNanos();
    while (engine.visibleLsn().value() < appended) {
      if (System.nanoTime() > deadline) {
        throw new Rejected(MySqlError.LOCK_WAIT_TIMEOUT);
      }
      LockSupport.parkNanos(200_000);
    }
  }

  /// Converts single rows. Confined to one thread.
  private final class RowCopier {
    private final List<Integer> sources;
    private final RowWriter writer;
    private final RowReader defaults;
    private final List<ColumnDefinition> before;
    private final List<ColumnDefinition> after;
    private final boolean[] raw;
    private long counter;

    RowCopier(BaseTable from, BaseTable to, List<Integer> sources) {
      this.sources = sources;
      this.writer = to.newRowWriter();
      this.defaults = to.newDefaultsReader();
      this.before = from.columns();
      this.after = to.columns();
      this.raw = new boolean[after.size()];
      for (int i = 0; i < raw.length; i++) {
        int source = sources.get(i);
        raw[i] = source >= 0 && sameBytes(before.get(source).type(), after.get(i).type());
      }
    }

    byte[] convert(RowReader row, long number) {
      writer.start();
      for (int i = 0; i < after.size(); i++) {
        int source = sources.get(i);
        if (source < 0) {
          writeNew(i);
        } else if (row.isNull(source)) {
          writeNull(i, number);
        } else if (raw[i]) {
          writer.copy(i, row, source);
        } else {
          Value value = StoredValues.read(row, source, zone);
          StrictStore store = new StrictStore(after.get(i).name(), session, strict, number);
          StoredValues.write(writer, i, Conversion.store(after.get(i).type(), value, store), zone);
        }
      }
      return writer.finish();
    }

    private void writeNew(int column) {
      ColumnDefinition definition = after.get(column);
      if (definition.autoIncrement()) {
        writer.setLong(column, ++counter);
      } else if (definition.defaultValue()
          instanceof io.tidemark.sql.table.ColumnDefault.CurrentTimestamp) {
        StrictStore store = new StrictStore(definition.name(), session);
        StoredValues.write(
            writer, column, StatementClock.now(session, definition.type(), store), zone);
      } else {
        writer.copy(column, defaults, column);
      }
    }

    private void writeNull(int column, long number) {
      ColumnDefinition definition = after.get(column);
      if (definition.nullable()) {
        writer.setNull(column);
        return;
      }
      if (strict) {
        throw new Rejected(MySqlError.WARN_DATA_TRUNCATED, definition.name(), number);
      }
      writer.copy(column, defaults, column);
    }
  }

  /// Whether values are stored as the same bytes in both types.
  static boolean sameBytes(SqlType before, SqlType after) {
    if (before.equals(after)) {
      return true;
    }
    boolean grows = after.length() >= before.length();
    if (before.kind() == TypeKind.VARCHAR && after.kind() == TypeKind.VARCHAR) {
      return grows && before.collation().equals(after.collation());
    }
    return before.kind() == TypeKind.VARBINARY && after.kind() == TypeKind.VARBINARY && grows;
  }
}
