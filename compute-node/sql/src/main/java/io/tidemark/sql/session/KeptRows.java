package io.tidemark.sql.session;

import io.tidemark.sql.execute.ValueOutput;
import io.tidemark.sql.session.SqlSession.RowCursor;
import io.tidemark.sql.spill.RowList;
import io.tidemark.sql.spill.WorkMemory;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.FloatValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.TimeValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Keeps the rows of a result for a server-side cursor, in memory and temporary files that last as
/// long as the cursor; columns and errors go on at once. Confined to the session's thread.
final class KeptRows implements ResultSink, AutoCloseable {
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int HOURS_PER_DAY = 24;
  private static final int FSP = 6;

  private final ResultSink target;
  private final WorkMemory memory;
  private final RowList rows;
  private Value[] row = {};
  private int column;
  private boolean hasRows;
  private boolean hasFailed;

  /// Takes `memory` over.
  KeptRows(ResultSink target, WorkMemory memory) {
    this.target = target;
    this.memory = memory;
    this.rows = new RowList(memory);
  }

  /// The cursor, unless the statement gave no rows or failed; then nothing is kept.
  Optional<RowCursor> cursor() {
    if (!hasRows || hasFailed) {
      close();
      return Optional.empty();
    }
    return Optional.of(new Cursor(rows.read(), rows.size()));
  }

  @Override
  public void close() {
    rows.close();
    memory.close();
  }

  @Override
  public void startRows(List<ResultColumn> columns) {
    hasRows = true;
    row = new Value[columns.size()];
    target.startRows(columns);
  }

  @Override
  public void startRow() {
    row = new Value[row.length];
    column = 0;
  }

  private void put(Value value) {
    row[column++] = value;
  }

  @Override
  public void putNull() {
    put(NullValue.NULL);
  }

  @Override
  public void putLong(long value) {
    put(IntValue.of(value));
  }

  @Override
  public void putFloat(float value) {
    put(FloatValue.of(value));
  }

  @Override
  public void putDouble(double value) {
    put(DoubleValue.of(value));
  }

  @Override
  public void putBytes(byte[] bytes, int offset, int length) {
    put(StringValue.binary(Arrays.copyOfRange(bytes, offset, offset + length)));
  }

  /// A duration goes beyond a day or below zero, a moment has a date: one of them holds it all.
  @Override
  public void putTemporal(
      boolean negative,
      int year,
      int month,
      int day,
      int hours,
      int minutes,
      int seconds,
      int microseconds) {
    long time = ((hours * 60L + minutes) * 60 + seconds) * MICROS_PER_SECOND + microseconds;
    put(
        negative || hours >= HOURS_PER_DAY
            ? TimeValue.ofMicros(negative ? -time : time, FSP)
            : DateTimeValue.of(DateValue.of(year, month, day), time, FSP));
  }

  @Override
  public void endRow() {
    rows.add(row);
  }

  @Override
  public void endRows(int statusFlags, int warningCount, boolean moreResults) {}

  @Override
  public void ok(Completion completion) {
    target.ok(completion);
  }

  @Override
  public void error(MySqlError error, String message) {
    hasFailed = true;
    target.error(error, message);
  }

  private final class Cursor implements RowCursor {
    private final RowList.Reader reader;
    private long left;

    Cursor(RowList.Reader reader, long left) {
      this.reader = reader;
      this.left = left;
    }

    @Override
    public boolean fetch(int count, ResultSink sink) {
      for (int i = 0; i < count; i++) {
        Value[] values = reader.next();
        if (values == null) {
          break;
        }
        left--;
        sink.startRow();
        for (Value value : values) {
          give(value, sink);
        }
        sink.endRow();
      }
      return left > 0;
    }

    private static void give(Value value, ResultSink sink) {
      switch (value) {
        case IntValue number -> sink.putLong(number.value());
        case FloatValue number -> sink.putFloat(number.value());
        case DoubleValue number -> sink.putDouble(number.value());
        case StringValue text -> sink.putBytes(text.bytes(), 0, text.bytes().length);
        default -> ValueOutput.putTemporal(value, sink);
      }
    }

    @Override
    public void close() {
      KeptRows.this.close();
    }
  }
}
