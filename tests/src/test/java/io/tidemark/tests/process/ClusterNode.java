package io.tidemark.tests.process;

import java.io.IOException;
import java.io.Reader;
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
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A node of a [LocalCluster]: a directory as `tidemark cluster` makes it, and the process of it,
/// which may be dead. Started here without `tidemark cluster`, which takes a JVM for each command.
/// Confined to the test's thread.
public final class ClusterNode {
  private static final Duration START_LIMIT = Duration.ofSeconds(150);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(30);
  private static final int ASK_MILLIS = 3000;
  private static final Pattern READY = Pattern.compile("^tidemark is ready", Pattern.MULTILINE);

  private final String name;
  private final Path directory;
  private final List<String> arguments;
  private final Map<String, String> environment = new TreeMap<>();
  private List<String> prefix = List.of();
  private int printedBefore;

  private ClusterNode(String name, Path directory, List<String> arguments) {
    this.name = name;
    this.directory = directory;
    this.arguments = arguments;
  }

  /// The node of which `directory` is; its name tells what it does.
  static ClusterNode of(Path directory) {
    String name = directory.getFileName().toString();
    String command =
        switch (name.substring(0, name.indexOf('-'))) {
          case "log" -> "log-node";
          case "page" -> "page-server";
          default -> "compute";
        };
    return new ClusterNode(
        name, directory, List.of(command, "--config", directory.resolve("node.conf").toString()));
  }

  /// A node of which `tidemark cluster` knows nothing.
  static ClusterNode of(Path directory, List<String> arguments) throws IOException {
    Files.createDirectories(directory);
    return new ClusterNode(directory.getFileName().toString(), directory, arguments);
  }

  public String name() {
    return name;
  }

  /// Where it stores what is its own.
  public Path data() {
    return directory.resolve("data");
  }

  /// Variables of the environment of the processes that are started from here on.
  public void setEnvironment(Map<String, String> variables) {
    environment.clear();
    environment.putAll(variables);
  }

  /// From its next start on the node is on `network`, at its address.
  public void moveTo(NodeNetwork network) throws IOException {
    prefix = network.command();
    Path conf = directory.resolve("node.conf");
    Files.writeString(
        conf, Files.readString(conf).replaceAll("(?m)^bind=.*$", "bind=" + NodeNetwork.ADDRESS));
  }

  /// Starts its process; [#awaitReady] waits for it.
  public void start() throws IOException {
    printedBefore = Files.exists(log()) ? output().length() : 0;
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(prefix);
    command.add(LocalCluster.launcher().toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().put("TIDEMARK_BUILD", "off");
    builder.environment().putAll(environment);
    ProcessHandle started = builder.start().toHandle();
    long began = started.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    Files.writeString(directory.resolve("pid"), started.pid() + " " + began);
  }

  /// Waits until the process that [#start] has started serves.
  public void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!READY.matcher(output().substring(printedBefore)).find()) {
      if (!isRunning() || System.nanoTime() > end) {
        throw new IOException(name + " did not start:\n" + output().substring(printedBefore));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /// Kills it if it runs, starts it and waits until it serves.
  public void restart() throws IOException, InterruptedException {
    kill();
    start();
    awaitReady();
  }

  /// SIGKILL, and waits for the end.
  public void kill() throws IOException, InterruptedException {
    destroy();
    awaitEnd(KILL_LIMIT);
  }

  /// SIGKILL without waiting.
  void destroy() throws IOException {
    findProcess().ifPresent(ProcessHandle::destroyForcibly);
  }

  /// Waits until its process has ended by itself.
  public void awaitEnd(Duration patience) throws IOException, InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (isRunning()) {
      if (System.nanoTime() > end) {
        throw new IOException(name + " still runs after " + patience);
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /// Sends a signal such as `STOP` or `CONT`.
  public void signal(String signal) throws IOException, InterruptedException {
    long pid = findProcess().orElseThrow(() -> new IOException(name + " has no process")).pid();
    Commands.run(List.of("kill", "-" + signal, Long.toString(pid)));
  }

  public boolean isRunning() throws IOException {
    return findProcess().isPresent();
  }

  private Optional<ProcessHandle> findProcess() throws IOException {
    Path file = directory.resolve("pid");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    long pid = Long.parseLong(Files.readString(file).split(" ", -1)[0]);
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
  }

  /// What it has printed since the cluster was made.
  public String output() throws IOException {
    return Files.readString(log());
  }

  private Path log() {
    return directory.resolve("log.txt");
  }

  /// What it answers at `path` of its admin port, with the status before it; empty if it does not
  /// answer.
  public Optional<String> ask(String path) throws IOException {
    try {
      URI uri = URI.create("http://%s:%s%s".formatted(option("bind"), option("admin-port"), path));
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout(ASK_MILLIS);
      connection.setReadTimeout(ASK_MILLIS);
      int status = connection.getResponseCode();
      try (var body = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
        return Optional.of(status + " " + text.strip());
      }
    } catch (java.net.ConnectException | java.net.SocketTimeoutException e) {
      return Optional.empty();
    }
  }

  /// An option of its configuration file.
  public String option(String key) throws IOException {
    Properties options = new Properties();
    try (Reader reader = Files.newBufferedReader(directory.resolve("node.conf"))) {
      options.load(reader);
    }
    return Optional.ofNullable(options.getProperty(key))
        .orElseThrow(() -> new IOException(name + " has no option " + key));
  }

  /// The ports at which it serves other nodes: a log node's feed, bookie and ZooKeeper, a page
  /// server's pages.
  public List<Integer> ports() throws IOException {
    List<Integer> ports = new ArrayList<>(List.of(Integer.valueOf(option("port"))));
    if (name.startsWith("log-")) {
      ports.add(Integer.valueOf(option("bookie-port")));
      int peer = Integer.parseInt(option("zookeeper-id")) - 1;
      String address = option("zookeeper-peers").split(",", -1)[peer];
      ports.add(Integer.valueOf(address.split(":", -1)[1]));
    }
    return ports;
  }
}
