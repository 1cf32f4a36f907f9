package io.tidemark.sql.value;

import java.time.ZoneId;

/// Into which column of which row a value goes, and how strictly.
public interface StoreContext extends ConversionContext {
  String columnName();

  /// From 1, as messages count.
  long rowNumber();

  /// True if a value that does not fit is an error: strict `sql_mode` and no IGNORE. Otherwise it
  /// is changed to the nearest that fits, with a warning.
  boolean isStrict();

  /// The session's time zone: TIMESTAMP values must be in the range of its moments.
  ZoneId timeZone();
}
