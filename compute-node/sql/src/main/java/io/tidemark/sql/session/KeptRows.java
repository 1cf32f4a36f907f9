package io.tidemark.sql.session;

import io.tidemark.sql.session.SqlSession.RowCursor;
import io.tidemark.storage.error.MySqlError;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Keeps the rows of a result for a server-side cursor, as the calls that put them; columns and
/// errors go on at once. Confined to the session's thread.
final class KeptRows implements ResultSink {
  private final ResultSink target;
  private final Deque<List<Consumer<ResultSink>>> rows = new ArrayDeque<>();
  private List<Consumer<ResultSink>> row = new ArrayList<>();
  private boolean hasRows;
  private boolean hasFailed;

  KeptRows(ResultSink target) {
    this.target = target;
  }

  /// The cursor, unless the statement gave no rows or failed.
  Optional<RowCursor> cursor() {
    if (!hasRows || hasFailed) {
      return Optional.empty();
    }
    return Optional.of(
        new RowCursor() {
          @Override
          public boolean fetch(int count, ResultSink sink) {
            for (int i = 0; i < count && !rows.isEmpty(); i++) {
              sink.startRow();
              rows.removeFirst().forEach(put -> put.accept(sink));
              sink.endRow();
            }
            return !rows.isEmpty();
          }

          @Override
          public void close() {
            rows.clear();
          }
        });
  }

  @Override
  public void startRows(List<ResultColumn> columns) {
    hasRows = true;
    target.startRows(columns);
  }

  @Override
  public void startRow() {
    row = new ArrayList<>();
  }

  @Override
  public void putNull() {
    row.add(ResultSink::putNull);
  }

  @Override
  public void putLong(long value) {
    row.add(sink -> sink.putLong(value));
  }

  @Override
  public void putFloat(float value) {
    row.add(sink -> sink.putFloat(value));
  }

  @Override
  public void putDouble(double value) {
    row.add(sink -> sink.putDouble(value));
  }

  @Override
  public void putBytes(byte[] bytes, int offset, int length) {
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    row.add(sink -> sink.putBytes(copy, 0, copy.length));
  }

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
    row.add(sink ->
        sink.putTemporal(negative, year, month, day, hours, minutes, seconds, microseconds));
  }

  @Override
  public void endRow() {
    rows.addLast(row);
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
}
