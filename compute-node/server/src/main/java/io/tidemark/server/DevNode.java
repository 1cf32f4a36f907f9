package io.tidemark.server;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidemark.engine.EngineConfig;
import io.tidemark.engine.StorageEngine;
import io.tidemark.engine.replica.ReplicaEngine;
import io.tidemark.engine.row.RowFormatFactory;
import io.tidemark.engine.writer.WriterEngine;
import io.tidemark.mysql.MySqlServer;
import io.tidemark.mysql.MySqlServerConfig;
import io.tidemark.server.admin.AdminServer;
import io.tidemark.server.admin.NodeHealth;
import io.tidemark.server.metrics.EngineMetrics;
import io.tidemark.server.metrics.MySqlMetrics;
import io.tidemark.sql.server.Sessions;
import io.tidemark.sql.server.TidemarkSqlServer;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.sql.table.SqlRowFormats;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.TidemarkException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole database in one process: log, object store, page server, a writer and its replicas,
/// connected by direct calls.
///
/// Opened from the bottom to the top, closed in reverse. SIGTERM closes it and ends the process
/// with status 0. What a crash leaves is repaired at the next start.
final class DevNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DevNode.class);

  private final OpenParts parts = new OpenParts();
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private final DevOptions options;
  private volatile NodeHealth health = new NodeHealth.Starting("opening data");
  private String readyLine = "";

  private DevNode(DevOptions options) {
    this.options = options;
  }

  /// Starts everything; returns when clients are accepted.
  ///
  /// @throws StartupFailure with one sentence; everything that was opened is closed again
  static DevNode start(DevOptions options) throws StartupFailure {
    DevNode node = new DevNode(options);
    try {
      node.open();
    } catch (StartupFailure | RuntimeException e) {
      node.close();
      throw e;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(node::shutDown, "shutdown"));
    return node;
  }

  private void open() throws StartupFailure {
    ComputeNode.checkPort(options.bind(), options.mysqlPort(), "--mysql-port");
    for (int i = 0; i < options.replicas(); i++) {
      ComputeNode.checkPort(options.bind(), options.replicaPort(i), "--replica-port");
    }
    DataDirectory directory = parts.add("data directory", DataDirectory.open(options.data()));
    AdminServer admin =
        parts.add(
            "admin port",
            AdminServer.open(options.bind(), options.adminPort(), metrics, () -> health));
    DevStorage storage = DevStorage.open(directory, parts, metrics);
    List<StorageEngine> replicaEngines = new ArrayList<>();
    List<ComputeNode> nodes = new ArrayList<>();
    try {
      RowFormatFactory formats = new SqlRowFormats();
      EngineConfig config = EngineConfig.DEFAULT.withBufferPoolBytes(options.bufferPool().bytes());
      health = new NodeHealth.Starting("opening the writer");
      WriterEngine writer =
          parts.add(
              "writer",
              WriterEngine.open(
                  config,
                  storage.log(),
                  storage.log().currentEpoch().next(),
                  storage.pages(),
                  formats));
      nodes.add(serve("writer", writer, options.mysqlPort(), "--mysql-port", directory));
      for (int i = 0; i < options.replicas(); i++) {
        String name = "replica-" + (i + 1);
        health = new NodeHealth.Starting("opening " + name);
        ReplicaEngine replica =
            parts.add(
                name,
                ReplicaEngine.open(
                    config, storage.log(), storage.pages(), formats, writer.horizons()));
        replicaEngines.add(replica);
        nodes.add(serve(name, replica, options.replicaPort(i), "--replica-port", directory));
      }
    } catch (TidemarkException e) {
      throw new StartupFailure(
          "data in " + directory.root() + " cannot be opened: " + e.getMessage(), e);
    }
    parts.add(
        "log trimmer",
        LogTrimmer.start(
            storage.log(), storage.pages(), LogTrimmer.Needs.ofReaders(appliedBy(replicaEngines))));
    readyLine = describe(nodes, admin);
    health = new NodeHealth.Ready();
    LOG.info("accepting clients; data in {}", directory.root());
  }

  private static List<Supplier<Lsn>> appliedBy(List<StorageEngine> replicas) {
    List<Supplier<Lsn>> applied = new ArrayList<>();
    replicas.forEach(replica -> applied.add(() -> replica.status().appliedLsn()));
    return applied;
  }

  private ComputeNode serve(
      String name, StorageEngine engine, int port, String option, DataDirectory directory)
      throws StartupFailure {
    EngineMetrics.bind(metrics, name, engine);
    SqlServer sql =
        parts.add(
            name + " sessions",
            TidemarkSqlServer.open(
                engine, new Sessions(), variables(port, directory), InstantSource.system()));
    MySqlServerConfig config =
        MySqlServerConfig.of(
            options.bind(), port, new MySqlServerConfig.Tls.Directory(directory.tls()));
    MySqlServer mysql = parts.add(name + " port", ComputeNode.listen(config, sql, option));
    MySqlMetrics.bind(metrics, name, mysql);
    return new ComputeNode(name, engine, mysql);
  }

  /// Values of the variables that this process knows.
  private Map<String, String> variables(int port, DataDirectory directory) {
    return Map.of(
        "port",
        Integer.toString(port),
        "bind_address",
        options.bind().getHostAddress(),
        "datadir",
        directory.root() + "/",
        "innodb_buffer_pool_size",
        Long.toString(options.bufferPool().bytes()));
  }

  private String describe(List<ComputeNode> nodes, AdminServer admin) {
    String host = options.bind().getHostAddress();
    String replicas =
        nodes.stream()
            .skip(1)
            .map(node -> host + ":" + node.mysql().port())
            .collect(Collectors.joining(", "));
    return "tidemark is ready: writer %s:%d%s, admin %s:%d, data %s"
        .formatted(
            host,
            nodes.getFirst().mysql().port(),
            replicas.isEmpty() ? "" : ", replicas " + replicas,
            host,
            admin.port(),
            options.data().toAbsolutePath().normalize());
  }

  /// The one line that says where clients connect.
  String readyLine() {
    return readyLine;
  }

  /// Waits until the node is closed; returns the process's exit status.
  int awaitEnd() throws InterruptedException {
    ended.await();
    return 0;
  }

  /// On SIGTERM: a clean stop is status 0, not "killed by signal 15".
  private void shutDown() {
    close();
    Runtime.getRuntime().halt(0);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      health = new NodeHealth.Stopping();
      parts.close();
      ended.countDown();
    }
  }
}
