package io.tidemark.mysql;

import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.type.SqlType;
import io.tidemark.storage.error.MySqlError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What a fake statement answers.
sealed interface FakeResult {
  record Rows(List<ResultColumn> columns, List<List<Object>> rows) implements FakeResult {}

  record Done(long affectedRows, long lastInsertId, int warnings, String information)
      implements FakeResult {}

  record Failed(MySqlError error, String message) implements FakeResult {}

  /// Rows that are made while they are sent.
  record Streaming(List<ResultColumn> columns, Consumer<ResultSink> rows) implements FakeResult {}

  /// A temporal value of any kind.
  record Temporal(
      boolean negative,
      int year,
      int month,
      int day,
      int hours,
      int minutes,
      int seconds,
      int microseconds) {}

  /// What stands for NULL in a list that holds none.
  Object NULL = new Object();

  static ResultColumn column(String name, SqlType type) {
    return new ResultColumn("test", "t", "t", name, name, type, 0);
  }

  static Rows single(String name, SqlType type, Object... values) {
    List<List<Object>> rows = new ArrayList<>();
    for (Object value : values) {
      rows.add(List.of(value));
    }
    return new Rows(List.of(column(name, type)), rows);
  }

  static Done done() {
    return new Done(0, 0, 0, "");
  }

  /// Pushes everything into `sink`; true if it was not an error.
  default boolean send(ResultSink sink, int status, boolean more) {
    switch (this) {
      case Rows rows -> {
        sink.startRows(rows.columns());
        rows.rows().forEach(row -> sendRow(row, sink, rows.columns()));
        sink.endRows(status, 0, more);
      }
      case Streaming streaming -> {
        sink.startRows(streaming.columns());
        streaming.rows().accept(sink);
        sink.endRows(status, 0, more);
      }
      case Done done ->
          sink.ok(
              new ResultSink.Completion(
                  done.affectedRows(),
                  done.lastInsertId(),
                  status,
                  done.warnings(),
                  done.information(),
                  more));
      case Failed failed -> {
        sink.error(failed.error(), failed.message());
        return false;
      }
    }
    return true;
  }

  static void sendRow(List<Object> row, ResultSink sink, List<ResultColumn> columns) {
    sink.startRow();
    for (int i = 0; i < row.size(); i++) {
      Object value = row.get(i);
      switch (value) {
        case Long number -> sink.putLong(number);
        case Integer number -> sink.putLong(number);
        case Float number -> sink.putFloat(number);
        case Double number -> sink.putDouble(number);
        case byte[] bytes -> sink.putBytes(bytes, 0, bytes.length);
        case String text -> {
          byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
          sink.putBytes(bytes, 0, bytes.length);
        }
        case Temporal t ->
            sink.putTemporal(
                t.negative(),
                t.year(),
                t.month(),
                t.day(),
                t.hours(),
                t.minutes(),
                t.seconds(),
                t.microseconds());
        default -> {
          if (!NULL.equals(value)) {
            throw new IllegalArgumentException(columns.get(i).name() + ": " + value);
          }
          sink.putNull();
        }
      }
    }
    sink.endRow();
  }
}
