package io.tidemark.sql.session;

import io.tidemark.storage.error.MySqlError;
import java.util.List;

/// A sink that passes everything on.
class ForwardingSink implements ResultSink {
  private final ResultSink target;

  ForwardingSink(ResultSink target) {
    this.target = target;
  }

  @Override
  public void startRows(List<ResultColumn> columns) {
    target.startRows(columns);
  }

  @Override
  public void startRow() {
    target.startRow();
  }

  @Override
  public void putNull() {
    target.putNull();
  }

  @Override
  public void putLong(long value) {
    target.putLong(value);
  }

  @Override
  public void putFloat(float value) {
    target.putFloat(value);
  }

  @Override
  public void putDouble(double value) {
    target.putDouble(value);
  }

  @Override
  public void putBytes(byte[] bytes, int offset, int length) {
    target.putBytes(bytes, offset, length);
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
    target.putTemporal(negative, year, month, day, hours, minutes, seconds, microseconds);
  }

  @Override
  public void endRow() {
    target.endRow();
  }

  @Override
  public void endRows(int statusFlags, int warningCount, boolean moreResults) {
    target.endRows(statusFlags, warningCount, moreResults);
  }

  @Override
  public void ok(Completion completion) {
    target.ok(completion);
  }

  @Override
  public void error(MySqlError error, String message) {
    target.error(error, message);
  }
}
