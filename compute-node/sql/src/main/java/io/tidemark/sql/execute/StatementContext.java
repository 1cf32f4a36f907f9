package io.tidemark.sql.execute;

import io.tidemark.sql.bind.Folding;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.function.EvalContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.Warnings;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Instant;
import java.time.ZoneId;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/// What expressions know of their statement: the session's settings, read once, and its clock. Made
/// for each statement. Confined to the statement's thread.
public final class StatementContext implements EvalContext, Folding.Watched {
  private static final long MICROS = 1_000_000;
  private static final long SLEEP_STEP_MILLIS = 20;

  private final SessionContext session;
  private final String version;
  private final int sqlModeBits;
  private final ZoneId zone;
  private final Collation collation;
  private final Map<Object, Object> states = new IdentityHashMap<>();

  public StatementContext(SessionContext session, String version) {
    this.session = session;
    this.version = version;
    this.sqlModeBits = session.settings().sqlModeBits();
    this.zone = session.settings().timeZone();
    this.collation =
        Collations.find(session.settings().connectionCollation())
            .orElse(Collations.UTF8MB4_0900_AI_CI);
  }

  @Override
  public boolean hasMode(SqlMode mode) {
    return (sqlModeBits & mode.bit()) != 0;
  }

  @Override
  public DateValue currentDate() {
    return TimeZones.fromEpochMicros(statementTimeMicros(), zone, 0).date();
  }

  @Override
  public void add(Severity severity, MySqlError error, Object... arguments) {
    Warnings.Level level =
        switch (severity) {
          case NOTE -> Warnings.Level.NOTE;
          case WARNING -> Warnings.Level.WARNING;
          case ERROR -> Warnings.Level.ERROR;
        };
    session.warnings().add(level, error, arguments);
  }

  @Override
  public int warningCount() {
    return session.warnings().count();
  }

  @Override
  public void forgetWarningsBehind(int count) {
    session.warnings().truncate(count);
  }

  @Override
  public Collation connectionCollation() {
    return collation;
  }

  @Override
  public int divisionPrecisionIncrement() {
    return session.settings().divisionPrecisionIncrement();
  }

  @Override
  public long maxAllowedPacket() {
    return session.settings().maxAllowedPacket();
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * MICROS + instant.getNano() / 1000;
  }

  @Override
  public long statementTimeMicros() {
    return micros(session.statementTime());
  }

  @Override
  public long currentTimeMicros() {
    return micros(session.clock().instant());
  }

  @Override
  public ZoneId timeZone() {
    return zone;
  }

  @Override
  public int defaultWeekFormat() {
    return 0;
  }

  @Override
  public long groupConcatMaxLength() {
    return session.settings().groupConcatMaxLength();
  }

  @Override
  public long lastInsertId() {
    return session.lastInsertId();
  }

  @Override
  public void setLastInsertId(long value) {
    session.setLastInsertId(value);
    session.setLastInsertIdArgument(value);
  }

  @Override
  public long rowCount() {
    return session.rowCount();
  }

  @Override
  public long foundRows() {
    return session.foundRows();
  }

  @Override
  public long connectionId() {
    return session.connectionId();
  }

  @Override
  public String user() {
    return session.account().user() + "@" + session.connection().clientHost();
  }

  @Override
  public String currentUser() {
    return session.account().user() + "@" + session.account().host();
  }

  @Override
  public Optional<String> database() {
    String name = session.database();
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public double random() {
    return ThreadLocalRandom.current().nextDouble();
  }

  @Override
  public String newUuid() {
    UUID random = UUID.randomUUID();
    long time = currentTimeMicros() * 10 + 0x01B21DD213814000L;
    long high =
        (time & 0xFFFFFFFFL) << 32 | (time >>> 32 & 0xFFFF) << 16 | 0x1000 | (time >>> 48 & 0x0FFF);
    return new UUID(high, random.getLeastSignificantBits()).toString();
  }

  @Override
  public boolean sleep(double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      if (session.isInterrupted()) {
        return true;
      }
      long rest = (end - System.nanoTime()) / 1_000_000;
      try {
        Thread.sleep(Math.max(1, Math.min(SLEEP_STEP_MILLIS, rest)));
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new Rejected(MySqlError.QUERY_INTERRUPTED);
      }
    }
    return false;
  }

  @Override
  public Value userVariable(String name) {
    return session.userVariables().get(name);
  }

  @Override
  public void setUserVariable(String name, Value value) {
    session.userVariables().set(name, value);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T state(Object site, Supplier<T> initial) {
    return (T) states.computeIfAbsent(site, _ -> initial.get());
  }
}
