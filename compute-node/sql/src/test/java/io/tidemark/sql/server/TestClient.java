package io.tidemark.sql.server;

import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.ResultColumn;
import io.tidemark.sql.session.ResultSink;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.type.TypeKind;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StringValue;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.error.MySqlError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A client whose results are lines of text: rows with tabs between columns, `ERROR number: text`,
/// or `OK affected`.
public final class TestClient implements AutoCloseable {
  private final SqlSession session;

  TestClient(SqlSession session) {
    this.session = session;
  }

  public SqlSession session() {
    return session;
  }

  /// Runs a text and gives the lines of all results.
  public List<String> lines(String sql) {
    Lines lines = new Lines();
    session.query(sql.getBytes(StandardCharsets.UTF_8), lines);
    return lines.lines;
  }

  /// Runs a text that must not fail.
  public List<String> run(String sql) {
    List<String> lines = lines(sql);
    for (String line : lines) {
      if (line.startsWith("ERROR")) {
        throw new AssertionError(sql + ": " + line);
      }
    }
    return lines;
  }

  /// The only value of the only row.
  public String value(String sql) {
    List<String> lines = run(sql);
    if (lines.size() != 1) {
      throw new AssertionError(sql + ": expected one row, found " + lines);
    }
    return lines.getFirst();
  }

  /// Prepares and executes a statement.
  public List<String> prepared(String sql, Object... parameters) {
    try (SqlSession.PreparedStatement statement =
        session.prepare(sql.getBytes(StandardCharsets.UTF_8))) {
      return execute(statement, parameters);
    }
  }

  public List<String> execute(SqlSession.PreparedStatement statement, Object... parameters) {
    Lines lines = new Lines();
    List<Parameter> values = new ArrayList<>();
    for (Object parameter : parameters) {
      Value value =
          switch (parameter) {
            case Integer number -> IntValue.of((int) number);
            case Long number -> IntValue.of((long) number);
            case String text -> StringValue.of(text);
            default -> NullValue.NULL;
          };
      values.add(new Parameter(value));
    }
    statement.execute(values, lines);
    return lines.lines;
  }

  @Override
  public void close() {
    session.close();
  }

  /// Collects the lines of results.
  static final class Lines implements ResultSink {
    private final List<String> lines = new ArrayList<>();
    private List<ResultColumn> columns = List.of();
    private StringBuilder row = new StringBuilder();
    private int column;

    List<String> lines() {
      return lines;
    }

    @Override
    public void startRows(List<ResultColumn> resultColumns) {
      columns = resultColumns;
    }

    @Override
    public void startRow() {
      row = new StringBuilder();
      column = 0;
    }

    private void put(String text) {
      row.append(column++ == 0 ? "" : "\t").append(text);
    }

    @Override
    public void putNull() {
      put("NULL");
    }

    @Override
    public void putLong(long value) {
      put(
          columns.get(column).type().unsigned()
              ? Long.toUnsignedString(value)
              : Long.toString(value));
    }

    @Override
    public void putFloat(float value) {
      put(number((double) value));
    }

    @Override
    public void putDouble(double value) {
      put(number(value));
    }

    private static String number(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? String.valueOf((long) value)
          : String.valueOf(value);
    }

    @Override
    public void putBytes(byte[] bytes, int offset, int length) {
      put(new String(bytes, offset, length, StandardCharsets.UTF_8));
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
      TypeKind kind = columns.get(column).type().kind();
      int fsp = columns.get(column).type().scale();
      String date = String.format(Locale.ROOT, "%04d-%02d-%02d", year, month, day);
      String time = String.format(Locale.ROOT, "%02d:%02d:%02d", hours, minutes, seconds);
      if (fsp > 0) {
        time += "." + String.format(Locale.ROOT, "%06d", microseconds).substring(0, fsp);
      }
      put(
          switch (kind) {
            case DATE -> date;
            case TIME -> (negative ? "-" : "") + time;
            default -> date + " " + time;
          });
    }

    @Override
    public void endRow() {
      lines.add(row.toString());
    }

    @Override
    public void endRows(int statusFlags, int warningCount, boolean moreResults) {}

    @Override
    public void ok(Completion completion) {
      String information =
          completion.information().isEmpty() ? "" : " (" + completion.information() + ")";
      lines.add("OK " + completion.affectedRows() + information);
    }

    @Override
    public void error(MySqlError error, String message) {
      lines.add("ERROR " + error.number() + ": " + message);
    }
  }
}
