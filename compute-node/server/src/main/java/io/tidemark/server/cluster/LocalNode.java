package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import io.tidemark.server.admin.NodeStatus;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A node of a cluster on this machine: a directory, and the process of it if that runs.
///
/// | name | what |
/// | --- | --- |
/// | `node.conf` | its options |
/// | `tls/` | by what it proves itself to the other nodes |
/// | `data/` | its own files |
/// | `log.txt` | what it printed, since the cluster was made |
/// | `pid` | pid of its process and when that began, in milliseconds; may be an old one |
///
/// Confined to one thread.
final class LocalNode {
  static final String CONF = "node.conf";

  private static final int ASK_MILLIS = 2000;
  private static final int TAIL_LINES = 15;
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private final Path directory;
  private final String name;
  private final NodeKind kind;
  private final Map<String, String> options;

  private LocalNode(Path directory, String name, NodeKind kind, Map<String, String> options) {
    this.directory = directory;
    this.name = name;
    this.kind = kind;
    this.options = options;
  }

  static LocalNode of(Path directory) throws StartupFailure {
    String name = String.valueOf(directory.getFileName());
    return new LocalNode(
        directory, name, NodeKind.of(name), SettingsFile.read(directory.resolve(CONF)));
  }

  String name() {
    return name;
  }

  NodeKind kind() {
    return kind;
  }

  /// As `/status` calls it.
  String role() {
    return kind == NodeKind.COMPUTE
        ? options.getOrDefault("role", "").equals("rw") ? "writer" : "replica"
        : kind.command();
  }

  /// The ZooKeeper servers of the cluster, or what else it is told of them.
  String coordination() {
    return options.getOrDefault("coordination", "");
  }

  /// Where clients connect; empty if they do not.
  Optional<String> clientAddress() {
    return Optional.ofNullable(options.get("mysql-port"))
        .map(port -> options.getOrDefault("bind", "127.0.0.1") + ":" + port);
  }

  /// Starts its process with the launcher of the Tidemark that runs this.
  void start() throws StartupFailure {
    String home = System.getProperty("tidemark.home");
    if (home == null) {
      throw new StartupFailure("a cluster is started by bin/tidemark, which tells where it is");
    }
    List<String> command = new ArrayList<>();
    // In a session of its own, so that Ctrl-C at the terminal does not reach it.
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      command.add("/usr/bin/setsid");
    }
    command.addAll(
        List.of(
            Path.of(home, "bin", "tidemark").toString(),
            kind.command(),
            "--config",
            configuration().toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
    builder.environment().put("TIDEMARK_BUILD", "off");
    try {
      ProcessHandle process = builder.start().toHandle();
      Files.writeString(directory.resolve("pid"), process.pid() + " " + startMillis(process));
    } catch (IOException e) {
      throw new StartupFailure(name + " cannot be started: " + e.getMessage(), e);
    }
  }

  /// Its process; empty if that does not run.
  Optional<ProcessHandle> process() throws StartupFailure {
    Path file = directory.resolve("pid");
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      String[] fields = Files.readString(file).strip().split(" ", -1);
      long pid = Long.parseLong(fields[0]);
      long began = Long.parseLong(fields[1]);
      // A pid may be another process's by now.
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(handle -> startMillis(handle) == began)
          .filter(handle -> !isEnded(handle));
    } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
      throw new StartupFailure(file + " cannot be read: " + e, e);
    }
  }

  /// Whether only its exit status is left, for a parent that has not asked yet: a node's parent is
  /// whatever runs as the first process, which may take seconds. Where there is no `/proc` that is
  /// not seen.
  private static boolean isEnded(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return false;
    }
  }

  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /// Asks it to end, with SIGTERM.
  void terminate() throws StartupFailure {
    process().ifPresent(ProcessHandle::destroy);
  }

  /// Ends its process with SIGKILL.
  void kill() throws StartupFailure {
    Optional<ProcessHandle> running = process();
    if (running.isPresent()) {
      running.get().destroyForcibly();
      if (!awaitEnd(KILL_LIMIT)) {
        throw new StartupFailure(
            "%s (pid %d) still runs after SIGKILL".formatted(name, running.get().pid()));
      }
    }
  }

  /// Waits until its process has ended; false if it has not after `patience`. It looks by itself:
  /// of a process that is nobody's child, the JDK learns seconds later.
  boolean awaitEnd(Duration patience) throws StartupFailure {
    long deadline = System.nanoTime() + patience.toNanos();
    while (process().isPresent()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  /// What it says of itself; empty if it does not answer.
  Optional<NodeStatus> ask() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + options.get("admin-port") + "/status")
                  .toURL()
                  .openConnection();
      connection.setConnectTimeout(ASK_MILLIS);
      connection.setReadTimeout(ASK_MILLIS);
      try (var body = connection.getInputStream()) {
        NodeStatus status =
            NodeStatus.parse(new String(body.readAllBytes(), StandardCharsets.UTF_8));
        return Optional.of(status).filter(found -> found.name().equals(name));
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The file of its options.
  Path configuration() {
    return directory.resolve(CONF);
  }

  Path logFile() {
    return directory.resolve("log.txt");
  }

  /// The last lines that it printed.
  String lastLines() {
    try {
      List<String> lines = Files.readAllLines(logFile());
      return String.join(
          "\n  ", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(no " + logFile() + ": " + e.getMessage() + ")";
    }
  }
}
