package io.tidemark.tests.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 1,000 idle and 256 busy connections at once.
class ManyConnectionsTest {
  private static final int IDLE = 1_000;
  private static final int BUSY = 256;
  private static final int STATEMENTS = 40;

  @TempDir private Path directory;

  @Test
  void idleAndBusyConnectionsLiveTogether() throws Exception {
    List<Connection> idle = new ArrayList<>();
    try (DevProcess server = DevProcess.start(directory.resolve("data"), "--replicas", "0");
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      try (Connection connection = server.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("SET GLOBAL max_connections = 2000");
        statement.execute("CREATE DATABASE d");
        statement.execute("CREATE TABLE d.t (id INT PRIMARY KEY, v INT NOT NULL)");
      }
      for (int i = 0; i < IDLE; i++) {
        idle.add(server.connect());
      }
      List<Future<?>> clients = new ArrayList<>();
      for (int client = 0; client < BUSY; client++) {
        int id = client;
        clients.add(
            executor.submit(() -> {
              work(server, id);
              return id;
            }));
      }
      for (Future<?> client : clients) {
        client.get();
      }
      try (Statement statement = idle.getLast().createStatement();
          ResultSet rows = statement.executeQuery("SELECT COUNT(*), SUM(v) FROM d.t")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(BUSY);
        assertThat(rows.getInt(2)).isEqualTo(BUSY * STATEMENTS);
      }
      for (Connection connection : idle) {
        assertThat(connection.isValid(5)).isTrue();
        connection.close();
      }
    }
  }

  private static void work(DevProcess server, int id) throws SQLException {
    try (Connection connection = server.connect();
        PreparedStatement insert = connection.prepareStatement("INSERT INTO d.t VALUES (?, 0)");
        PreparedStatement update =
            connection.prepareStatement("UPDATE d.t SET v = v + 1 WHERE id = ?")) {
      insert.setInt(1, id);
      insert.executeUpdate();
      for (int i = 0; i < STATEMENTS; i++) {
        update.setInt(1, id);
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
    }
  }
}
