package io.tidemark.sql.ddl;

import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.Conversion;
import io.tidemark.sql.value.StoreContext;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import java.time.Instant;

/// CURRENT_TIMESTAMP of a statement.
final class StatementClock {
  private StatementClock() {}

  static Value now(SessionContext session, SqlType type, StoreContext store) {
    Instant now = session.statementTime();
    long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
    return Conversion.store(
        type,
        TimeZones.fromEpochMicros(micros, session.settings().timeZone(), type.scale()),
        store);
  }
}
