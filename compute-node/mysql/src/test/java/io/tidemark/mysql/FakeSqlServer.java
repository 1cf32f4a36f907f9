package io.tidemark.mysql;

import io.tidemark.sql.password.CachingSha2Password;
import io.tidemark.sql.password.NativePassword;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A SQL layer whose accounts and statements a test says. Statements are known by their text; what
/// drivers ask of every server is answered from a table of variables.
final class FakeSqlServer implements SqlServer {
  final Map<String, Account> accounts = new ConcurrentHashMap<>();
  final Map<String, Function<FakeSession, FakeResult>> statements = new ConcurrentHashMap<>();
  final Map<String, String> variables = new ConcurrentHashMap<>();
  final List<FakeSession> sessions = new CopyOnWriteArrayList<>();
  final AtomicInteger opened = new AtomicInteger();
  volatile long maxAllowedPacket = 64L << 20;
  volatile int idleTimeoutSeconds = 28_800;
  volatile int maxSessions = 100_000;

  FakeSqlServer() {
    add("root", "", NativePassword.PLUGIN);
    add("old", "secret1", NativePassword.PLUGIN);
    add("new", "secret2", CachingSha2Password.PLUGIN);
    variables.put("max_allowed_packet", "67108864");
    variables.put("character_set_client", "utf8mb4");
    variables.put("character_set_connection", "utf8mb4");
    variables.put("character_set_results", "utf8mb4");
    variables.put("character_set_server", "utf8mb4");
    variables.put("collation_server", "utf8mb4_0900_ai_ci");
    variables.put("collation_connection", "utf8mb4_0900_ai_ci");
    variables.put("system_time_zone", "UTC");
    variables.put("time_zone", "SYSTEM");
    variables.put("auto_increment_increment", "1");
    variables.put("autocommit", "1");
    variables.put("init_connect", "");
    variables.put("license", "GPL");
    variables.put("sql_mode", "STRICT_TRANS_TABLES");
    variables.put("wait_timeout", "28800");
    variables.put("interactive_timeout", "28800");
    variables.put("net_write_timeout", "60");
    variables.put("net_buffer_length", "16384");
    variables.put("performance_schema", "0");
    variables.put("lower_case_table_names", "0");
    variables.put("transaction_isolation", "REPEATABLE-READ");
    variables.put("version_comment", "Tidemark");
    variables.put("version", serverVersion());
  }

  void add(String user, String password, String plugin) {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    String stored =
        plugin.equals(NativePassword.PLUGIN)
            ? NativePassword.store(bytes)
            : CachingSha2Password.store(bytes);
    accounts.put(user, new Account(user, "%", plugin, stored, false));
  }

  void answer(String sql, FakeResult result) {
    statements.put(sql, session -> result);
  }

  @Override
  public Optional<Account> findAccount(String user, String clientHost) {
    return Optional.ofNullable(accounts.get(user));
  }

  @Override
  public SqlSession openSession(Account account, ConnectionAttributes attributes) {
    if (attributes.database().filter("missing"::equals).isPresent()) {
      throw new Rejected(MySqlError.BAD_DB, "missing");
    }
    if (sessions.size() >= maxSessions) {
      throw new Rejected(MySqlError.CON_COUNT_ERROR);
    }
    FakeSession session = new FakeSession(this, account, attributes);
    sessions.add(session);
    opened.incrementAndGet();
    return session;
  }

  @Override
  public List<SqlSession> sessions() {
    return new ArrayList<>(sessions);
  }

  @Override
  public String serverVersion() {
    return "8.0.40-Tidemark-0.1.0";
  }

  @Override
  public void close() {}

  Map<String, String> variables() {
    return new HashMap<>(variables);
  }
}
