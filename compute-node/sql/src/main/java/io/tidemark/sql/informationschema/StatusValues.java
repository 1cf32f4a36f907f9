package io.tidemark.sql.informationschema;

import io.tidemark.engine.BackPressure;
import io.tidemark.engine.StorageEngine.EngineStatus;
import io.tidemark.sql.server.ServerContext;
import io.tidemark.sql.session.SessionContext;
import io.tidemark.sql.session.SqlServer.TlsState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The values of SHOW STATUS.
public final class StatusValues {
  /// Counters that are shown also before anything was counted.
  private static final List<String> ALWAYS =
      List.of(
          "Aborted_clients",
          "Aborted_connects",
          "Bytes_received",
          "Bytes_sent",
          "Com_alter_table",
          "Com_begin",
          "Com_commit",
          "Com_create_db",
          "Com_create_index",
          "Com_create_table",
          "Com_delete",
          "Com_drop_db",
          "Com_drop_table",
          "Com_insert",
          "Com_insert_select",
          "Com_kill",
          "Com_lock_tables",
          "Com_replace",
          "Com_rollback",
          "Com_select",
          "Com_set_option",
          "Com_show_status",
          "Com_show_tables",
          "Com_show_variables",
          "Com_stmt_close",
          "Com_stmt_execute",
          "Com_stmt_prepare",
          "Com_truncate",
          "Com_unlock_tables",
          "Com_update",
          "Connection_errors_max_connections",
          "Connections",
          "Created_tmp_disk_tables",
          "Created_tmp_tables",
          "Handler_commit",
          "Handler_rollback",
          "Queries",
          "Questions",
          "Select_full_join",
          "Select_scan",
          "Slow_queries",
          "Sort_rows");

  private final ServerContext server;

  public StatusValues(ServerContext server) {
    this.server = server;
  }

  /// All values by name.
  public Map<String, String> all(SessionContext session) {
    Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    ALWAYS.forEach(name -> values.put(name, "0"));
    server.status().all().forEach((name, value) -> values.put(name, Long.toString(value)));
    addServer(values);
    addEngine(values, server.engine().status());
    addBackPressure(values, server.engine().backPressure());
    addSession(values, session);
    return values;
  }

  private void addServer(Map<String, String> values) {
    List<ServerContext.Connection> connections = server.connections();
    long running = connections.stream().filter(c -> !c.process().command().equals("Sleep")).count();
    long uptime = Duration.between(server.startTime(), server.clock().instant()).toSeconds();
    values.put("Threads_connected", Integer.toString(connections.size()));
    values.put("Threads_running", Long.toString(Math.max(1, running)));
    values.put("Threads_cached", "0");
    values.put("Threads_created", values.getOrDefault("Connections", "0"));
    values.put("Uptime", Long.toString(uptime));
    values.put("Uptime_since_flush_status", Long.toString(uptime));
    values.putIfAbsent("Max_used_connections", Integer.toString(connections.size()));
    values.putIfAbsent("Prepared_stmt_count", "0");
    values.putIfAbsent("Open_tables", "0");
  }

  private static void addEngine(Map<String, String> values, EngineStatus status) {
    values.put("Innodb_buffer_pool_pages_total", Long.toString(status.bufferPoolPages()));
    values.put("Innodb_buffer_pool_pages_data", Long.toString(status.bufferPoolPagesUsed()));
    values.put(
        "Innodb_buffer_pool_pages_free",
        Long.toString(status.bufferPoolPages() - status.bufferPoolPagesUsed()));
    values.put("Innodb_buffer_pool_read_requests", Long.toString(status.bufferPoolReadRequests()));
    values.put("Innodb_buffer_pool_reads", Long.toString(status.bufferPoolReads()));
    values.put("Innodb_page_size", "16384");
    values.put("Innodb_row_lock_waits", Long.toString(status.rowLockWaits()));
    values.put("Innodb_deadlocks", Long.toString(status.deadlocks()));
    values.put("Innodb_os_log_written", Long.toString(status.durableLsn().value()));
    values.put("Tidemark_append_lsn", Long.toString(status.appendLsn().value()));
    values.put("Tidemark_durable_lsn", Long.toString(status.durableLsn().value()));
    values.put("Tidemark_applied_lsn", Long.toString(status.appliedLsn().value()));
    values.put("Tidemark_replica_lag_milliseconds", Long.toString(status.lag().toMillis()));
    values.put("Tidemark_active_transactions", Long.toString(status.activeTransactions()));
    values.put("Tidemark_history_length", Long.toString(status.historyLength()));
  }

  private static void addBackPressure(Map<String, String> values, BackPressure pressure) {
    values.put("Tidemark_page_server_lag", Long.toString(pressure.lagBytes()));
    values.put("Tidemark_throttle_microseconds", Long.toString(pressure.delay().toNanos() / 1000));
    values.put("Tidemark_throttled_commits", Long.toString(pressure.delayedCommits()));
    values.put("Tidemark_throttled_milliseconds", Long.toString(pressure.delayedTime().toMillis()));
  }

  private static void addSession(Map<String, String> values, SessionContext session) {
    Optional<TlsState> tls = session.connection().tls();
    values.put("Ssl_version", tls.map(TlsState::protocol).orElse(""));
    values.put("Ssl_cipher", tls.map(TlsState::cipher).orElse(""));
    values.put("Last_query_cost", "0.000000");
  }
}
