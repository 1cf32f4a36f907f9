package io.tidemark.sql.function;

import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.value.DateTimeValue;
import io.tidemark.sql.value.DateValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.StoreContext;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.sql.variable.SqlMode;
import io.tidemark.storage.error.MySqlError;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// A statement at 2024-02-29 12:34:56.789012 UTC on connection 7 of root, with MySQL's default
/// modes.
public final class FixedContext implements EvalContext, StoreContext {
  public static final long TIME_MICROS = 1_709_210_096_789_012L;

  private final Set<SqlMode> modes =
      EnumSet.of(
          SqlMode.ONLY_FULL_GROUP_BY,
          SqlMode.STRICT_TRANS_TABLES,
          SqlMode.NO_ZERO_IN_DATE,
          SqlMode.NO_ZERO_DATE,
          SqlMode.ERROR_FOR_DIVISION_BY_ZERO,
          SqlMode.NO_ENGINE_SUBSTITUTION);
  private final List<String> warnings = new ArrayList<>();
  private final Map<Object, Object> states = new HashMap<>();
  private final Map<String, Value> variables = new HashMap<>();
  private ZoneId zone = ZoneOffset.UTC;
  private boolean strict = true;
  private long lastInsertId;

  public FixedContext with(SqlMode mode) {
    modes.add(mode);
    return this;
  }

  public FixedContext without(SqlMode mode) {
    modes.remove(mode);
    return this;
  }

  public FixedContext in(ZoneId other) {
    zone = other;
    return this;
  }

  public FixedContext lax() {
    strict = false;
    return this;
  }

  /// `number message` of each, in order; clears them.
  public List<String> takeWarnings() {
    List<String> taken = List.copyOf(warnings);
    warnings.clear();
    return taken;
  }

  @Override
  public void add(Severity severity, MySqlError error, Object... arguments) {
    warnings.add(severity + " " + error.number() + " " + error.format(arguments));
  }

  @Override
  public boolean hasMode(SqlMode mode) {
    return modes.contains(mode);
  }

  @Override
  public DateValue currentDate() {
    DateTimeValue now = TimeZones.fromEpochMicros(TIME_MICROS, zone, 6);
    return now.date();
  }

  @Override
  public String columnName() {
    return "c";
  }

  @Override
  public long rowNumber() {
    return 1;
  }

  @Override
  public boolean isStrict() {
    return strict;
  }

  @Override
  public long statementTimeMicros() {
    return TIME_MICROS;
  }

  @Override
  public long currentTimeMicros() {
    return TIME_MICROS + 1;
  }

  @Override
  public ZoneId timeZone() {
    return zone;
  }

  @Override
  public int divisionPrecisionIncrement() {
    return 4;
  }

  @Override
  public int defaultWeekFormat() {
    return 0;
  }

  @Override
  public long maxAllowedPacket() {
    return 1 << 24;
  }

  @Override
  public long groupConcatMaxLength() {
    return 1024;
  }

  @Override
  public Collation connectionCollation() {
    return Collations.UTF8MB4_GENERAL_CI;
  }

  @Override
  public long lastInsertId() {
    return lastInsertId;
  }

  @Override
  public void setLastInsertId(long value) {
    lastInsertId = value;
  }

  @Override
  public long rowCount() {
    return -1;
  }

  @Override
  public long foundRows() {
    return 0;
  }

  @Override
  public long connectionId() {
    return 7;
  }

  @Override
  public String user() {
    return "root@localhost";
  }

  @Override
  public String currentUser() {
    return "root@%";
  }

  @Override
  public Optional<String> database() {
    return Optional.of("test");
  }

  @Override
  public String version() {
    return "8.0.40-tidemark";
  }

  @Override
  public double random() {
    return 0.25;
  }

  @Override
  public String newUuid() {
    return "6ccd780c-baba-1026-9564-5b8c656024db";
  }

  @Override
  public boolean sleep(double seconds) {
    return false;
  }

  @Override
  public Value userVariable(String name) {
    return variables.getOrDefault(name, NullValue.NULL);
  }

  @Override
  public void setUserVariable(String name, Value value) {
    variables.put(name, value);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T state(Object site, Supplier<T> initial) {
    return (T) states.computeIfAbsent(site, k -> initial.get());
  }
}
