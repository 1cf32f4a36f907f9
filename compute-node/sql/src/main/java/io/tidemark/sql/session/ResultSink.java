package io.tidemark.sql.session;

import io.tidemark.storage.error.MySqlError;
import java.util.List;

/// Receives the outcome of statements, in the order in which the protocol sends it.
///
/// For each statement either [#ok], or [#error], or [#startRows], then rows, then [#endRows] or
/// [#error]. A row is [#startRow], one `put` for each column in order, [#endRow]. The caller does
/// not keep arrays it passes; the sink copies what it needs before returning. The sink may block
/// for back-pressure of a slow client in [#endRow]. Implementations encode in the text or the
/// binary protocol from the column's type; The `put` methods are called as the column's
/// [io.tidemark.sql.type.SqlType] kind says (integers: [#putLong], DECIMAL and all strings, BLOB,
/// ENUM, SET, BIT: [#putBytes], FLOAT: [#putFloat], DOUBLE: [#putDouble], temporal types:
/// [#putTemporal]).
///
/// When the client is gone every method may throw [java.io.UncheckedIOException]; the session lets
/// it pass after releasing what the statement holds, and the protocol layer closes the session.
public interface ResultSink {
  void startRows(List<ResultColumn> columns);

  void startRow();

  void putNull();

  /// A signed or, as the column's type says, unsigned integer; YEAR too.
  void putLong(long value);

  void putFloat(float value);

  void putDouble(double value);

  /// Bytes in the result's character set (`character_set_results`), binary data as it is.
  void putBytes(byte[] bytes, int offset, int length);

  /// A DATE, TIME, DATETIME or TIMESTAMP (in the session's time zone).
  ///
  /// @param negative only for TIME
  /// @param hours for TIME up to 838
  /// @param microseconds 0..999999; shown with the type's fractional digits
  void putTemporal(
      boolean negative,
      int year,
      int month,
      int day,
      int hours,
      int minutes,
      int seconds,
      int microseconds);

  void endRow();

  /// The last row has been sent.
  ///
  /// @param moreResults whether another statement of the same query follows
  void endRows(int statusFlags, int warningCount, boolean moreResults);

  void ok(Completion completion);

  void error(MySqlError error, String message);

  /// A statement without rows is complete.
  ///
  /// @param information text such as `Rows matched: 1 Changed: 1 Warnings: 0`, or empty
  record Completion(
      long affectedRows,
      long lastInsertId,
      int statusFlags,
      int warningCount,
      String information,
      boolean moreResults) {}
}
