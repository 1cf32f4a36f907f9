package io.tidemark.sql.function;

import io.tidemark.sql.value.Value;
import java.time.ZoneId;
import java.util.Optional;
import java.util.function.Supplier;

/// What the evaluation of an expression may know of its statement and session. Confined to the
/// statement's thread.
public interface EvalContext extends BindContext {
  /// Microseconds since 1970 UTC at which the statement began (or SET TIMESTAMP): what NOW() says.
  long statementTimeMicros();

  /// Microseconds since 1970 UTC now: what SYSDATE() says.
  long currentTimeMicros();

  /// `time_zone`; see [io.tidemark.sql.value.TimeZones].
  ZoneId timeZone();

  /// `default_week_format`.
  int defaultWeekFormat();

  /// `group_concat_max_len`.
  long groupConcatMaxLength();

  /// What LAST_INSERT_ID() says.
  long lastInsertId();

  /// LAST_INSERT_ID(value) sets it.
  void setLastInsertId(long value);

  /// What ROW_COUNT() says of the statement before.
  long rowCount();

  /// What FOUND_ROWS() says of the statement before.
  long foundRows();

  long connectionId();

  /// `user@host` as the client said it.
  String user();

  /// `user@host` of the account that the session uses.
  String currentUser();

  /// The default database.
  Optional<String> database();

  /// What VERSION() says.
  String version();

  /// A random number from 0 to below 1.
  double random();

  /// A new UUID of version 1.
  String newUuid();

  /// Sleeps; true if the statement was killed meanwhile.
  boolean sleep(double seconds);

  /// NULL if it was never set. Names are in lower case.
  Value userVariable(String name);

  void setUserVariable(String name, Value value);

  /// State that a call keeps between the rows of one statement, such as the sequence of RAND(7).
  /// `site` is the bound function.
  <T> T state(Object site, Supplier<T> initial);
}
