package io.tidemark.tests.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `tidemark dev` as an operator meets it: health, restart, SIGTERM, refusals in one sentence.
class DevProcessTest {
  @TempDir private Path directory;

  @Test
  void rowsAreOnTheReplicaAndSurviveARestart() throws Exception {
    Path data = directory.resolve("data");
    try (DevProcess server = DevProcess.start(data)) {
      try (Connection writer = server.connect();
          Statement statement = writer.createStatement()) {
        statement.execute("CREATE DATABASE shop");
        statement.execute(
            "CREATE TABLE shop.orders (id BIGINT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(100))");
        statement.execute("INSERT INTO shop.orders (item) VALUES ('tide table'), ('rope')");
      }
      awaitOnReplica(server, "SELECT COUNT(*) FROM shop.orders", 2);
      assertThat(get(server, "/healthz")).isEqualTo(200);
      assertThat(get(server, "/readyz")).isEqualTo(200);
      assertThat(get(server, "/metrics")).isEqualTo(200);
      assertThat(server.terminate(Duration.ofSeconds(5))).isZero();
    }
    try (DevProcess server = DevProcess.start(data)) {
      try (Connection writer = server.connect();
          Statement statement = writer.createStatement()) {
        statement.execute("INSERT INTO shop.orders (item) VALUES ('anchor')");
        try (ResultSet rows = statement.executeQuery("SELECT COUNT(*), MAX(id) FROM shop.orders")) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getInt(1)).isEqualTo(3);
          assertThat(rows.getInt(2)).isGreaterThanOrEqualTo(3);
        }
      }
    }
  }

  @Test
  void cachesOfThePageServerMayVanishWhileStopped() throws Exception {
    Path data = directory.resolve("data");
    try (DevProcess server = DevProcess.start(data);
        Connection writer = server.connect();
        Statement statement = writer.createStatement()) {
      statement.execute("CREATE DATABASE d");
      statement.execute("CREATE TABLE d.t (id INT PRIMARY KEY, v INT)");
      statement.execute("INSERT INTO d.t VALUES (1, 10), (2, 20)");
    }
    deleteRecursively(data.resolve("page-server"));
    try (DevProcess server = DevProcess.start(data);
        Connection writer = server.connect();
        Statement statement = writer.createStatement();
        ResultSet rows = statement.executeQuery("SELECT SUM(v) FROM d.t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(30);
    }
  }

  @Test
  void aReplicaRefusesWrites() throws Exception {
    try (DevProcess server = DevProcess.start(directory.resolve("data"))) {
      try (Connection replica = server.connectToReplica();
          Statement statement = replica.createStatement()) {
        int error = 0;
        try {
          statement.execute("CREATE DATABASE nope");
        } catch (SQLException e) {
          error = e.getErrorCode();
        }
        assertThat(error).isEqualTo(1290);
      }
    }
  }

  @Test
  void aSecondProcessOnTheSameDataIsRefused() throws Exception {
    Path data = directory.resolve("data");
    try (DevProcess server = DevProcess.start(data)) {
      assertThat(server.process().isAlive()).isTrue();
      assertThat(refusal(data)).contains("is in use by another Tidemark process");
    }
  }

  @Test
  void anOccupiedPortIsNamed() throws Exception {
    try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(occupied.getLocalPort());
      assertThat(refusal(directory.resolve("data"), "--mysql-port", port))
          .contains("port " + port)
          .contains("in use");
    }
  }

  @Test
  void aDirectoryWithForeignFilesIsRefused() throws Exception {
    Path data = Files.createDirectory(directory.resolve("data"));
    Files.writeString(data.resolve("thesis.txt"), "mine");
    assertThat(refusal(data)).contains("is not empty").contains("thesis.txt");
  }

  /// What a start that must fail says: one line, exit status 1.
  private static String refusal(Path data, String... options)
      throws IOException, InterruptedException {
    Process process = DevProcess.launch(data, options);
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isEqualTo(1);
    assertThat(output).doesNotContain("Exception");
    return output;
  }

  private static void awaitOnReplica(DevProcess server, String query, int expected)
      throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    List<String> seen = new ArrayList<>();
    while (System.nanoTime() < deadline) {
      try (Connection replica = server.connectToReplica();
          Statement statement = replica.createStatement();
          ResultSet rows = statement.executeQuery(query)) {
        if (rows.next() && rows.getInt(1) == expected) {
          return;
        }
        seen.add("other count");
      } catch (SQLException e) {
        // The table itself may not have arrived yet.
        seen.add(e.getMessage());
      }
    }
    throw new AssertionError("not on the replica within 10 s, last: " + seen.getLast());
  }

  private static int get(DevProcess server, String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.adminPort() + path))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }
  }

  private static void deleteRecursively(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (var paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
