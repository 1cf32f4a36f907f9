package io.tidemark.tests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A cluster of processes on this machine, made by `bin/tidemark cluster` as a user makes it. The
/// distribution has to be built. Confined to the test's thread, but for the connections.
public final class LocalCluster implements AutoCloseable {
  public static final String WRITER = "compute-1";

  private static final Duration KILL_LIMIT = Duration.ofSeconds(30);

  /// Where the writer is, counted from the base port; the replica's port follows, then that of a
  /// second writer.
  private static final int MYSQL = 290;

  private static final String LOOPBACK = "127.0.0.1";

  private final Path directory;
  private final int basePort;
  private final Map<String, ClusterNode> nodes = new TreeMap<>();
  private final List<ClusterNode> secondWriters = new ArrayList<>();
  private volatile String firstHost = LOOPBACK;
  private volatile boolean second;

  private LocalCluster(Path directory, int basePort) {
    this.directory = directory;
    this.basePort = basePort;
  }

  /// Starts a cluster whose ports are the 300 from `basePort` on.
  public static LocalCluster start(Path directory, int basePort) throws Exception {
    LocalCluster cluster = new LocalCluster(directory, basePort);
    try {
      Commands.run(
          List.of(
              launcher().toString(),
              "cluster",
              "start",
              "--dir",
              directory.toString(),
              "--mysql-port",
              Integer.toString(basePort + MYSQL),
              "--replica-port",
              Integer.toString(basePort + MYSQL + 1),
              "--base-port",
              Integer.toString(basePort),
              "--buffer-pool",
              "64M"));
      cluster.findNodes();
      return cluster;
    } catch (IOException e) {
      cluster.findNodes();
      cluster.close();
      throw e;
    }
  }

  private void findNodes() throws IOException {
    try (Stream<Path> found = Files.list(directory.resolve("nodes"))) {
      found.map(ClusterNode::of).forEach(node -> nodes.put(node.name(), node));
    }
  }

  /// A node by its name, such as `log-1`.
  public ClusterNode node(String name) {
    ClusterNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalArgumentException("node " + name + ": expected one of " + nodes.keySet());
    }
    return node;
  }

  /// Starts what does not run, log nodes first, and waits until all are ready.
  public void startAll() throws IOException, InterruptedException {
    startAll(nodes.values().stream().filter(node -> node.name().startsWith("log-")).toList());
    startAll(List.copyOf(nodes.values()));
  }

  private static void startAll(List<ClusterNode> all) throws IOException, InterruptedException {
    List<ClusterNode> started = new ArrayList<>();
    for (ClusterNode node : all) {
      if (!node.isRunning()) {
        node.start();
        started.add(node);
      }
    }
    for (ClusterNode node : started) {
      node.awaitReady();
    }
  }

  /// ZooKeeper's servers.
  public String zooKeeperServers() throws IOException {
    return node(WRITER).option("coordination");
  }

  /// Puts the writer on a network of its own, and starts it there.
  public void moveWriter(NodeNetwork network) throws IOException, InterruptedException {
    node(WRITER).moveTo(network);
    firstHost = NodeNetwork.ADDRESS;
    node(WRITER).restart();
  }

  /// Starts a second writer beside the first, which takes the log over; from here on [#connect]
  /// goes to it. Waits until it is ready.
  public void startSecondWriter() throws IOException, InterruptedException {
    Path own = directory.resolve("second-writer");
    int port = basePort + MYSQL + 2;
    ClusterNode writer =
        ClusterNode.of(
            own,
            List.of(
                "compute",
                "--config",
                directory.resolve("nodes").resolve(WRITER).resolve("node.conf").toString(),
                "--name",
                "second-writer",
                "--bind",
                LOOPBACK,
                "--data",
                own.resolve("data").toString(),
                "--mysql-port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1)));
    secondWriters.add(writer);
    writer.start();
    writer.awaitReady();
    second = true;
  }

  /// Kills the second writer; from here on [#connect] goes to the first again.
  public void endSecondWriter() throws IOException, InterruptedException {
    for (ClusterNode writer : secondWriters) {
      writer.kill();
    }
    secondWriters.clear();
    second = false;
  }

  /// A connection to the writer.
  public Connection connect() throws SQLException {
    return second ? DevProcess.connect(LOOPBACK, basePort + MYSQL + 2, "") : connectToFirstWriter();
  }

  /// A connection to the first writer, whoever is the writer now.
  public Connection connectToFirstWriter() throws SQLException {
    return DevProcess.connect(firstHost, basePort + MYSQL, "");
  }

  public Connection connectToReplica() throws SQLException {
    return DevProcess.connect(LOOPBACK, basePort + MYSQL + 1, "");
  }

  static Path launcher() {
    Path module = Path.of("").toAbsolutePath();
    return module.resolveSibling("bin").resolve("tidemark");
  }

  @Override
  public void close() throws Exception {
    killAll();
  }

  /// Ends everything with SIGKILL, all at once.
  public void killAll() throws IOException, InterruptedException {
    endSecondWriter();
    for (ClusterNode node : nodes.values()) {
      node.destroy();
    }
    for (ClusterNode node : nodes.values()) {
      node.awaitEnd(KILL_LIMIT);
    }
  }
}
