package io.tidemark.sql.variable;

import io.tidemark.engine.IsolationLevel;
import io.tidemark.sql.collation.Charset;
import io.tidemark.sql.collation.Collation;
import io.tidemark.sql.collation.Collations;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.type.SqlType;
import io.tidemark.sql.value.DoubleValue;
import io.tidemark.sql.value.IntValue;
import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.TimeZones;
import io.tidemark.sql.value.Value;
import io.tidemark.storage.Durability;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The system variables as one session sees them: the global values of when it connected, and what
/// it has set since. Confined to the session's thread.
public final class SessionVariables implements SessionSettings {
  private static final Set<String> COMPUTED =
      Set.of(
          "error_count",
          "warning_count",
          "identity",
          "last_insert_id",
          "insert_id",
          "timestamp",
          "pseudo_thread_id");

  private final GlobalVariables globals;
  private Map<String, String> inherited;
  private final Map<String, String> own = new HashMap<>();
  private Optional<IsolationLevel> nextIsolation = Optional.empty();
  private Optional<Boolean> nextReadOnly = Optional.empty();
  private int modeBits;
  private boolean autocommit;
  private IsolationLevel isolation = IsolationLevel.REPEATABLE_READ;
  private boolean readOnly;
  private Duration lockWaitTimeout = Duration.ZERO;
  private Duration commitTimeout = Duration.ZERO;
  private Durability durability = Durability.DISK;
  private long autoIncrementIncrement;
  private long autoIncrementOffset;
  private long selectLimit;
  private long groupConcatMaxLength;
  private long sortBufferSize;
  private long temporaryTableSize;
  private long joinBufferSize;
  private int maxErrorCount;
  private long maxAllowedPacket;
  private int divisionPrecisionIncrement;
  private ZoneId timeZone = ZoneOffset.UTC;
  private String clientCharset = "";
  private String resultsCharset = "";
  private String connectionCollation = "";
  private boolean foreignKeyChecks;
  private boolean uniqueChecks;

  public SessionVariables(GlobalVariables globals) {
    this.globals = globals;
    this.inherited = globals.snapshot();
    refresh();
  }

  public GlobalVariables globals() {
    return globals;
  }

  /// Forgets what the session has set (COM_RESET_CONNECTION, COM_CHANGE_USER).
  public void reset() {
    own.clear();
    nextIsolation = Optional.empty();
    nextReadOnly = Optional.empty();
    inherited = globals.snapshot();
    refresh();
  }

  /// The text of a variable in this session; empty for NULL.
  public Optional<String> find(String name, SessionContext session) {
    SystemVariable variable = SystemVariables.get(name);
    return COMPUTED.contains(variable.name())
        ? Optional.of(computed(variable.name(), session).asString())
        : kept(variable);
  }

  private Optional<String> kept(SystemVariable variable) {
    if (!variable.hasSession()) {
      return globals.find(variable.name());
    }
    String text = own.get(variable.name());
    return Optional.ofNullable(text != null ? text : inherited.get(variable.name()));
  }

  private String text(String name) {
    return kept(SystemVariables.get(name)).orElse("");
  }

  private long number(String name) {
    return Long.parseUnsignedLong(text(name));
  }

  /// What `@@name` gives: the session's value, or the global one where there is no other.
  ///
  /// @throws Rejected 1193 for an unknown variable
  public Value read(String name, SessionContext session) {
    SystemVariable variable = SystemVariables.get(name);
    if (COMPUTED.contains(variable.name())) {
      return computed(variable.name(), session);
    }
    return kept(variable).map(variable.type()::read).orElse(NullValue.NULL);
  }

  /// What `@@SESSION.name` gives.
  ///
  /// @throws Rejected 1193, or 1238 if it has no session value
  public Value readSession(String name, SessionContext session) {
    SystemVariable variable = SystemVariables.get(name);
    if (!variable.hasSession()) {
      throw new Rejected(MySqlError.INCORRECT_GLOBAL_LOCAL_VAR, variable.name(), "GLOBAL");
    }
    return read(name, session);
  }

  /// What `@@GLOBAL.name` gives.
  ///
  /// @throws Rejected 1193, or 1238 if it has no global value
  public Value readGlobal(String name) {
    SystemVariable variable = SystemVariables.get(name);
    if (!variable.hasGlobal()) {
      throw new Rejected(MySqlError.INCORRECT_GLOBAL_LOCAL_VAR, variable.name(), "SESSION");
    }
    return globals.find(variable.name()).map(variable.type()::read).orElse(NullValue.NULL);
  }

  /// Type of `@@name`.
  public static SqlType typeOf(String name) {
    return SystemVariables.get(name).type().type();
  }

  private static Value computed(String name, SessionContext session) {
    return switch (name) {
      case "error_count" -> IntValue.of(session.warnings().errorCount());
      case "warning_count" -> IntValue.of(session.warnings().count());
      case "identity", "last_insert_id" -> IntValue.ofUnsigned(session.lastInsertId());
      case "insert_id" -> IntValue.ofUnsigned(session.nextInsertId());
      case "pseudo_thread_id" -> IntValue.ofUnsigned(session.connectionId());
      case "timestamp" -> {
        Instant time = session.statementTime();
        long micros = time.getNano() / 1000;
        yield DoubleValue.of(time.getEpochSecond() + micros / 1e6, 6);
      }
      default -> NullValue.NULL;
    };
  }

  /// Sets the session's value.
  ///
  /// @throws Rejected 1193, 1229 if it is global only, 1238 if read-only, 1231 or 1232 for the
  ///   value
  public void set(String name, Value value, SessionContext session) {
    SystemVariable variable = writable(name);
    if (!variable.hasSession()) {
      throw new Rejected(MySqlError.GLOBAL_VARIABLE, variable.name());
    }
    store(variable, variable.type().accept(variable.name(), value), session);
  }

  /// `SET name = DEFAULT`: the global value, or the compiled one of a session variable.
  public void setDefault(String name, SessionContext session) {
    SystemVariable variable = writable(name);
    if (!variable.hasSession()) {
      throw new Rejected(MySqlError.GLOBAL_VARIABLE, variable.name());
    }
    if (variable.name().equals("timestamp")) {
      session.letClockRun();
      return;
    }
    Optional<String> text =
        variable.hasGlobal() ? globals.find(variable.name()) : variable.defaultText();
    store(variable, text.orElse(""), session);
  }

  /// Sets the global value; sessions that connect later have it.
  public void setGlobal(String name, Value value) {
    SystemVariable variable = writable(name);
    if (!variable.hasGlobal()) {
      throw new Rejected(MySqlError.LOCAL_VARIABLE, variable.name());
    }
    storeGlobal(variable, variable.type().accept(variable.name(), value));
  }

  public void setGlobalDefault(String name) {
    SystemVariable variable = writable(name);
    if (!variable.hasGlobal()) {
      throw new Rejected(MySqlError.LOCAL_VARIABLE, variable.name());
    }
    storeGlobal(variable, variable.defaultText().orElse(""));
  }

  private static SystemVariable writable(String name) {
    SystemVariable variable = SystemVariables.get(name);
    if (variable.readOnly()) {
      throw new Rejected(MySqlError.INCORRECT_GLOBAL_LOCAL_VAR, variable.name(), "read only");
    }
    return variable;
  }

  private void storeGlobal(SystemVariable variable, String text) {
    globals.set(variable.name(), text);
    linked(variable.name(), text).forEach(globals::set);
  }

  private void store(SystemVariable variable, String text, SessionContext session) {
    switch (variable.name()) {
      case "identity", "last_insert_id" -> session.setLastInsertId(Long.parseUnsignedLong(text));
      case "insert_id" -> session.setNextInsertId(Long.parseUnsignedLong(text));
      case "timestamp" -> fixClock(Double.parseDouble(text), session);
      case "transaction_isolation" -> {
        nextIsolation = Optional.empty();
        own.put(variable.name(), text);
      }
      default -> {
        own.put(variable.name(), text);
        own.putAll(linked(variable.name(), text));
      }
    }
    refresh();
  }

  private static void fixClock(double seconds, SessionContext session) {
    if (seconds == 0) {
      session.letClockRun();
    } else {
      long micros = Math.round(seconds * 1e6);
      session.fixClock(Instant.ofEpochSecond(micros / 1_000_000, micros % 1_000_000 * 1000));
    }
  }

  /// Character set and collation variables that change together.
  private static Map<String, String> linked(String name, String text) {
    return switch (name) {
      case "character_set_connection", "character_set_server", "character_set_database" ->
          Map.of(
              name.replace("character_set_", "collation_"),
              Charset.find(text).orElse(Charset.UTF8MB4).defaultCollation().name());
      case "collation_connection", "collation_server", "collation_database" ->
          Map.of(
              name.replace("collation_", "character_set_"),
              Collations.find(text).map(Collation::charset).orElse(Charset.UTF8MB4).mysqlName());
      default -> Map.of();
    };
  }

  /// SET NAMES, and the collation that a client asks for in its handshake.
  public void setNames(Collation collation) {
    String charset = collation.charset().mysqlName();
    own.put("character_set_client", charset);
    own.put("character_set_results", charset);
    own.put("character_set_connection", charset);
    own.put("collation_connection", collation.name());
    refresh();
  }

  /// SET CHARACTER SET: the connection speaks the database's character set.
  public void setCharacterSet(Charset charset) {
    own.put("character_set_client", charset.mysqlName());
    own.put("character_set_results", charset.mysqlName());
    own.put("character_set_connection", text("character_set_database"));
    own.put("collation_connection", text("collation_database"));
    refresh();
  }

  /// The current database has this default collation.
  public void setDatabaseCollation(Collation collation) {
    own.put("character_set_database", collation.charset().mysqlName());
    own.put("collation_database", collation.name());
  }

  /// SET TRANSACTION without scope: for the next transaction alone.
  ///
  /// @throws Rejected 1568 inside a transaction
  public void setNextIsolation(IsolationLevel level, SessionContext session) {
    checkNoTransaction(session);
    nextIsolation = Optional.of(level);
  }

  public void setNextReadOnly(boolean nextIsReadOnly, SessionContext session) {
    checkNoTransaction(session);
    nextReadOnly = Optional.of(nextIsReadOnly);
  }

  private static void checkNoTransaction(SessionContext session) {
    if (session.inTransaction()) {
      throw new Rejected(MySqlError.CANT_CHANGE_TX_CHARACTERISTICS);
    }
  }

  private void refresh() {
    modeBits = SqlModeText.parse(text("sql_mode"));
    autocommit = text("autocommit").equals("ON");
    isolation = IsolationLevel.valueOf(text("transaction_isolation").replace('-', '_'));
    readOnly = text("transaction_read_only").equals("ON");
    lockWaitTimeout = Duration.ofSeconds(number("innodb_lock_wait_timeout"));
    commitTimeout = Duration.ofSeconds(number("tidemark_commit_timeout"));
    durability = durabilityOf((int) number("innodb_flush_log_at_trx_commit"));
    autoIncrementIncrement = number("auto_increment_increment");
    autoIncrementOffset = number("auto_increment_offset");
    selectLimit = amount("sql_select_limit");
    groupConcatMaxLength = amount("group_concat_max_len");
    sortBufferSize = amount("sort_buffer_size");
    joinBufferSize = amount("join_buffer_size");
    temporaryTableSize = Math.min(amount("tmp_table_size"), amount("max_heap_table_size"));
    maxErrorCount = (int) number("max_error_count");
    maxAllowedPacket = number("max_allowed_packet");
    divisionPrecisionIncrement = (int) number("div_precision_increment");
    timeZone = TimeZones.parse(text("time_zone")).normalized();
    clientCharset = text("character_set_client");
    resultsCharset = text("character_set_results");
    connectionCollation = text("collation_connection");
    foreignKeyChecks = text("foreign_key_checks").equals("ON");
    uniqueChecks = text("unique_checks").equals("ON");
  }

  /// An unsigned number, at most what a long holds.
  private long amount(String name) {
    long value = number(name);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  private static Durability durabilityOf(int level) {
    return switch (level) {
      case 0 -> Durability.LAZY;
      case 2 -> Durability.MEMORY;
      default -> Durability.DISK;
    };
  }

  @Override
  public boolean hasMode(SqlMode wanted) {
    return (modeBits & wanted.bit()) != 0;
  }

  @Override
  public int sqlModeBits() {
    return modeBits;
  }

  @Override
  public boolean autocommit() {
    return autocommit;
  }

  @Override
  public IsolationLevel transactionIsolation() {
    return isolation;
  }

  @Override
  public boolean transactionReadOnly() {
    return readOnly;
  }

  @Override
  public IsolationLevel takeNextIsolation() {
    IsolationLevel level = nextIsolation.orElse(isolation);
    nextIsolation = Optional.empty();
    return level;
  }

  @Override
  public boolean takeNextReadOnly() {
    boolean next = nextReadOnly.orElse(readOnly);
    nextReadOnly = Optional.empty();
    return next;
  }

  @Override
  public Duration commitTimeout() {
    return commitTimeout;
  }

  @Override
  public Duration lockWaitTimeout() {
    return lockWaitTimeout;
  }

  @Override
  public Durability durability() {
    return durability;
  }

  @Override
  public long autoIncrementIncrement() {
    return autoIncrementIncrement;
  }

  @Override
  public long autoIncrementOffset() {
    return autoIncrementOffset;
  }

  @Override
  public long selectLimit() {
    return selectLimit;
  }

  @Override
  public long groupConcatMaxLength() {
    return groupConcatMaxLength;
  }

  @Override
  public long temporaryTableSize() {
    return temporaryTableSize;
  }

  @Override
  public long sortBufferSize() {
    return sortBufferSize;
  }

  @Override
  public long joinBufferSize() {
    return joinBufferSize;
  }

  @Override
  public int maxErrorCount() {
    return maxErrorCount;
  }

  @Override
  public long maxAllowedPacket() {
    return maxAllowedPacket;
  }

  @Override
  public int divisionPrecisionIncrement() {
    return divisionPrecisionIncrement;
  }

  @Override
  public ZoneId timeZone() {
    return timeZone;
  }

  @Override
  public String clientCharset() {
    return clientCharset;
  }

  @Override
  public String resultsCharset() {
    return resultsCharset;
  }

  @Override
  public String connectionCollation() {
    return connectionCollation;
  }

  /// Whether foreign keys are checked (`foreign_key_checks`).
  public boolean foreignKeyChecks() {
    return foreignKeyChecks;
  }

  public boolean uniqueChecks() {
    return uniqueChecks;
  }
}
