package io.tidemark.sql.execute;

import io.tidemark.engine.Cursor;
import io.tidemark.engine.IsolationLevel;
import io.tidemark.engine.KeyRange;
import io.tidemark.engine.LockMode;
import io.tidemark.engine.ScanOptions;
import io.tidemark.engine.Transaction;
import io.tidemark.sql.table.ColumnReader;
import io.tidemark.sql.table.KeyReader;
import io.tidemark.sql.table.RowReader;
import io.tidemark.sql.table.StoredValues;
import io.tidemark.sql.value.StringValue;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of a [TableScan]. A range that is one clustered key is looked up, others are scanned.
/// Confined to the statement's thread.
public final class TableRows implements RowSource {
  private final TableScan scan;
  private final Execution execution;
  private final Transaction transaction;
  private final ZoneId zone;
  private final List<KeyRange> ranges;
  private final boolean unlocksUnmatched;
  private final @Nullable RowReader rowReader;
  private final @Nullable KeyReader keyReader;
  private final ColumnReader reader;
  private int nextRange;
  private @Nullable Cursor cursor;
  private byte[] pointKey = {};
  private byte[] pointRow = {};
  private boolean atPoint;

  TableRows(TableScan scan, Execution execution) {
    this.scan = scan;
    this.execution = execution;
    this.transaction = execution.transaction();
    this.zone = execution.context().timeZone();
    this.ranges = scan.ranges().build(execution, scan.base());
    this.unlocksUnmatched =
        scan.lock().mode() != LockMode.NONE
            && !scan.conditions().isEmpty()
            && transaction.isolation().compareTo(IsolationLevel.READ_COMMITTED) <= 0;
    if (scan.covering()) {
      keyReader = scan.base().newKeyReader(scan.ranges().indexNo());
      rowReader = null;
      reader = keyReader;
    } else {
      rowReader = scan.base().newRowReader();
      keyReader = null;
      reader = rowReader;
    }
  }

  @Override
  public boolean next() {
    while (step()) {
      if (!scan.conditions().isEmpty()) {
        read(scan.filterColumns());
      }
      if (Nodes.allTrue(scan.conditions(), execution)) {
        Cursor open = cursor;
        if (open != null && !open.isLocked()) {
          open.meetAgain();
          continue;
        }
        read(scan.restColumns());
        if (scan.table().isWritten()) {
          execution.setSlot(scan.table().keySlot(), StringValue.binary(primaryKey()));
          execution.setSlot(scan.table().rowSlot(), StringValue.binary(rowBytes()));
        }
        return true;
      }
      if (unlocksUnmatched) {
        transaction.unlockUnmatched(scan.base().descriptor(), primaryKey());
      }
    }
    return false;
  }

  /// Goes to the next row that the ranges hold, without looking at it.
  boolean step() {
    execution.checkInterrupt();
    while (true) {
      Cursor open = cursor;
      if (open != null) {
        if (open.next()) {
          wrap(open);
          return true;
        }
        open.close();
        cursor = null;
      }
      if (nextRange >= ranges.size()) {
        return false;
      }
      int number = scan.descending() ? ranges.size() - 1 - nextRange : nextRange;
      nextRange++;
      if (openRange(ranges.get(number))) {
        return true;
      }
    }
  }

  private void wrap(Cursor open) {
    atPoint = false;
    RowReader rows = rowReader;
    if (rows != null) {
      rows.wrap(open.rowBuffer(), open.rowOffset(), open.rowLength());
      return;
    }
    KeyReader keys = keyReader;
    if (keys != null) {
      keys.wrap(open.keyBuffer(), open.keyOffset(), open.keyLength());
    }
  }

  /// Looks a single key up; opens a cursor for other ranges and gives false.
  private boolean openRange(KeyRange range) {
    byte[] low = range.low();
    RowReader rows = rowReader;
    if (scan.ranges().indexNo() == 0 && low != null && rows != null && range.isPoint()) {
      Optional<byte[]> row =
          transaction.find(
              scan.base().descriptor(), low, scan.lock().mode(), scan.lock().waiting());
      if (row.isEmpty()) {
        return false;
      }
      rows.wrap(row.get());
      pointKey = low;
      pointRow = row.get();
      atPoint = true;
      return true;
    }
    int expected =
        (int) Math.min(100_000, Math.max(1, scan.rowsRead() / Math.max(1, ranges.size())));
    cursor =
        transaction.scan(
            scan.base().descriptor(),
            scan.ranges().indexNo(),
            range,
            new ScanOptions(
                scan.descending(),
                scan.covering(),
                scan.lock().mode(),
                scan.lock().waiting(),
                expected));
    return false;
  }

  private void read(TableScan.Columns columns) {
    for (int i = 0; i < columns.count(); i++) {
      execution.setSlot(columns.slot(i), StoredValues.read(reader, columns.column(i), zone));
    }
  }

  /// The current row, to read columns from it in place.
  public ColumnReader reader() {
    return reader;
  }

  private byte[] rowBytes() {
    Cursor open = cursor;
    return atPoint || open == null
        ? pointRow
        : Arrays.copyOfRange(
            open.rowBuffer(), open.rowOffset(), open.rowOffset() + open.rowLength());
  }

  /// A copy of the current row's primary key.
  byte[] primaryKey() {
    Cursor open = cursor;
    return atPoint || open == null ? pointKey : open.primaryKey();
  }

  @Override
  public void close() {
    Cursor open = cursor;
    if (open != null) {
      open.close();
      cursor = null;
    }
  }
}
