package io.tidemark.sql.ddl;

import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.StoreContext;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import java.time.Instant;
import java.time.ZoneId;

/// How definition statements put values into columns: as the session's mode says for rows that are
/// converted, always strictly for defaults. Confined to the statement's thread.
final class StrictStore implements StoreContext {
  private final String column;
  private final SessionContext session;
  private final boolean strict;
  private final long rowNumber;

  /// For a default.
  StrictStore(String column, SessionContext session) {
    this(column, session, true, 1);
  }

  StrictStore(String column, SessionContext session, boolean strict, long rowNumber) {
    this.column = column;
    this.session = session;
    this.strict = strict;
    this.rowNumber = rowNumber;
  }

  @Override
  public String columnName() {
    return column;
  }

  @Override
  public long rowNumber() {
    return rowNumber;
  }

  @Override
  public boolean isStrict() {
    return strict;
  }

  @Override
  public ZoneId timeZone() {
    return session.settings().timeZone();
  }

  @Override
  public boolean hasMode(SqlMode mode) {
    return session.settings().hasMode(mode);
  }

  @Override
  public DateValue currentDate() {
    Instant now = session.statementTime();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    DateTimeValue local = TimeZones.fromEpochMicros(micros, timeZone(), 0);
    return local.date();
  }

  @Override
  public void add(Severity severity, MySqlError error, Object... arguments) {
    session.warnings().add(Warnings.Level.valueOf(severity.name()), error, arguments);
  }
}
