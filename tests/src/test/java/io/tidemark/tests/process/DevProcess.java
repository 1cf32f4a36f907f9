package io.tidemark.tests.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A `tidemark dev` in a JVM of its own, on ports that the system chose.
///
/// Everything it prints goes to `server.out` in the data directory's parent. Confined to the test's
/// thread, but for [#kill].
public final class DevProcess implements AutoCloseable {
  private static final Pattern PORTS =
      Pattern.compile(
          "^tidemark is ready.*writer [^ ]*:(\\d+)(?:.*replicas? [^ ]*:(\\d+))?.*admin [^ ]*:(\\d+)");
  private static final Duration START_DEADLINE = Duration.ofSeconds(90);

  private final Process process;
  private final int writerPort;
  private final int replicaPort;
  private final int adminPort;

  private DevProcess(Process process, int writerPort, int replicaPort, int adminPort) {
    this.process = process;
    this.writerPort = writerPort;
    this.replicaPort = replicaPort;
    this.adminPort = adminPort;
  }

  /// Starts the server on `data` and waits until it says that it is ready.
  public static DevProcess start(Path data, String... options)
      throws IOException, InterruptedException {
    Process process = launch(data, options);
    Path output = data.resolveSibling("server.out");
    CompletableFuture<String> ready = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> copyOutput(process, output, ready));
    String line;
    try {
      line = ready.get(START_DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      process.destroyForcibly().waitFor();
      throw new IOException("the server did not start:\n" + Files.readString(output), e);
    }
    Matcher ports = PORTS.matcher(line);
    if (!ports.find()) {
      process.destroyForcibly().waitFor();
      throw new IOException("no ports in: " + line);
    }
    String replica = ports.group(2);
    return new DevProcess(
        process,
        Integer.parseInt(ports.group(1)),
        replica == null ? -1 : Integer.parseInt(replica),
        Integer.parseInt(ports.group(3)));
  }

  /// Starts the server without waiting; for starts that must fail.
  public static Process launch(Path data, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "-Dlogback.configurationFile=logback.xml",
                "io.tidemark.server.Tidemark",
                "dev",
                "--data",
                data.toString()));
    command.addAll(List.of(options));
    for (String port : List.of("--mysql-port", "--replica-port", "--admin-port")) {
      if (!command.contains(port)) {
        command.addAll(List.of(port, "0"));
      }
    }
    if (!command.contains("--buffer-pool")) {
      command.addAll(List.of("--buffer-pool", "64M"));
    }
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static void copyOutput(Process process, Path output, CompletableFuture<String> ready) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Files.writeString(
            output, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (line.startsWith("tidemark is ready")) {
          ready.complete(line);
        }
      }
      ready.completeExceptionally(new IOException("the server ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  public int writerPort() {
    return writerPort;
  }

  public int adminPort() {
    return adminPort;
  }

  public Connection connect() throws SQLException {
    return connect(writerPort, "");
  }

  public Connection connectToReplica() throws SQLException {
    return connect(replicaPort, "");
  }

  /// A connection of Connector/J; `properties` are appended to its URL.
  public static Connection connect(int port, String properties) throws SQLException {
    return connect("127.0.0.1", port, properties);
  }

  static Connection connect(String host, int port, String properties) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mysql://%s:%d/?user=root&sslMode=DISABLED&allowPublicKeyRetrieval=true&socketTimeout=60000%s"
            .formatted(host, port, properties));
  }

  public Process process() {
    return process;
  }

  /// SIGKILL: nothing of the process gets to run.
  public void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
  }

  /// SIGTERM; returns the exit status.
  public int terminate(Duration deadline) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("still running " + deadline + " after SIGTERM");
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
