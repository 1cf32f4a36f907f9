package io.tidemark.tests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A cluster of processes on this machine, driven by `bin/tidemark cluster` as a user drives it.
/// The distribution has to be built. Confined to the test's thread, but for the connections.
public final class LocalCluster implements AutoCloseable {
  private static final long COMMAND_SECONDS = 180;

  /// Where the writer is, counted from the base port; the replica's port follows, then that of a
  /// second writer.
  private static final int MYSQL = 290;

  private final Path directory;
  private final int basePort;
  private final List<Process> others = new ArrayList<>();
  private volatile int writerPort;

  private LocalCluster(Path directory, int basePort) {
    this.directory = directory;
    this.basePort = basePort;
    this.writerPort = basePort + MYSQL;
  }

  /// Starts a cluster whose ports are the 300 from `basePort` on.
  public static LocalCluster start(Path directory, int basePort) throws Exception {
    LocalCluster cluster = new LocalCluster(directory, basePort);
    try {
      cluster.run(
          "start",
          "--mysql-port",
          Integer.toString(cluster.writerPort),
          "--replica-port",
          Integer.toString(basePort + MYSQL + 1),
          "--base-port",
          Integer.toString(basePort),
          "--buffer-pool",
          "64M");
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw e;
    }
  }

  public void kill(String node) throws Exception {
    run("kill", node);
  }

  /// Starts what does not run.
  public void startAll() throws Exception {
    run("start");
  }

  /// Starts the node again and waits until it is ready.
  public void restart(String node) throws Exception {
    run("restart", node);
  }

  /// Sends a signal such as `STOP` or `CONT`.
  public void signal(String node, String signal) throws Exception {
    complete(List.of("kill", "-" + signal, Long.toString(process(node).pid())));
  }

  /// The process of a node, which need not be alive any more.
  public ProcessHandle process(String node) throws IOException {
    return findProcess(nodeDirectory(node))
        .orElseThrow(() -> new IOException(node + " has no process"));
  }

  /// What a node has printed since the cluster was made.
  public String output(String node) throws IOException {
    return Files.readString(nodeDirectory(node).resolve("log.txt"));
  }

  /// Starts a second writer beside compute-1, which takes the log over; from here on [#connect]
  /// goes to it. Waits until it is ready.
  public void startSecondWriter() throws Exception {
    Path own = Files.createDirectories(directory.resolve("second-writer"));
    Path output = own.resolve("log.txt");
    int port = basePort + MYSQL + 2;
    Process process =
        new ProcessBuilder(
                launcher().toString(),
                "compute",
                "--config",
                nodeDirectory("compute-1").resolve("node.conf").toString(),
                "--name",
                "second-writer",
                "--data",
                own.resolve("data").toString(),
                "--mysql-port",
                Integer.toString(port),
                "--admin-port",
                Integer.toString(port + 1))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    others.add(process);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(COMMAND_SECONDS);
    Pattern ready = Pattern.compile("^tidemark is ready", Pattern.MULTILINE);
    while (!ready.matcher(Files.readString(output)).find()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException("the second writer did not start:\n" + Files.readString(output));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    writerPort = port;
  }

  /// Kills the second writer; from here on [#connect] goes to compute-1 again.
  public void endSecondWriter() throws InterruptedException {
    for (Process other : others) {
      other.destroyForcibly().waitFor();
    }
    others.clear();
    writerPort = basePort + MYSQL;
  }

  /// A connection to the writer.
  public Connection connect() throws SQLException {
    return DevProcess.connect(writerPort, "");
  }

  public Connection connectToReplica() throws SQLException {
    return DevProcess.connect(basePort + MYSQL + 1, "");
  }

  private Path nodeDirectory(String node) {
    return directory.resolve("nodes").resolve(node);
  }

  private static Optional<ProcessHandle> findProcess(Path node) throws IOException {
    Path file = node.resolve("pid");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(file).split(" ", -1)[0]));
  }

  private static Path launcher() {
    Path module = Path.of("").toAbsolutePath();
    return module.resolveSibling("bin").resolve("tidemark");
  }

  private void run(String action, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(launcher().toString(), "cluster", action, "--dir", directory.toString()));
    command.addAll(List.of(arguments));
    complete(command);
  }

  private void complete(List<String> command) throws Exception {
    Path output = Files.createTempFile("cluster-command", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.start();
      if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " does not end:\n" + Files.readString(output));
      }
      if (process.exitValue() != 0) {
        throw new IOException(command + " failed:\n" + Files.readString(output));
      }
    } finally {
      Files.delete(output);
    }
  }

  @Override
  public void close() throws Exception {
    killAll();
  }

  /// Ends everything with SIGKILL, all at once.
  public void killAll() throws Exception {
    endSecondWriter();
    List<ProcessHandle> killed = new ArrayList<>();
    try (Stream<Path> nodes = Files.list(directory.resolve("nodes"))) {
      for (Path node : nodes.toList()) {
        findProcess(node).ifPresent(killed::add);
      }
    }
    killed.forEach(ProcessHandle::destroyForcibly);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (killed.stream().anyMatch(ProcessHandle::isAlive)) {
      if (System.nanoTime() > end) {
        throw new IOException("still running after SIGKILL: " + killed);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
