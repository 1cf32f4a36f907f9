package io.tidemark.sql.value;

import io.tidemark.sql.variable.SqlMode;

/// What conversions between values depend on: the SQL mode, the day, and where warnings go.
public interface ConversionContext extends WarningSink {
  boolean hasMode(SqlMode mode);

  /// The day of the statement in the session's time zone: a TIME becomes a DATETIME on this day.
  DateValue currentDate();
}
