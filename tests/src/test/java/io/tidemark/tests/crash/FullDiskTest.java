package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// What a client sees while a disk is full: error 1021 for writes, reads as ever; and afterwards:
/// everything that was acknowledged, and writes again, without a restart.
///
/// It takes a minute and mounts file systems: `tests/ci/40-full-disk.sh` asks for it.
@EnabledIfSystemProperty(named = "tidemark.full.disk", matches = "true")
class FullDiskTest {
  private static final int DISK_FULL = 1021;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Redo that the segments which exist already may still take, with some to spare.
  private static final int MAX_ROWS = 1_000;

  @TempDir private Path directory;

  private int acknowledged;

  @Test
  void writesAreRefusedReadsGoOnAndWritesReturnWithTheSpace() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 400)) {
      Path data = disk.directory().resolve("data");
      try (DevProcess server = start(data);
          Connection client = server.connect();
          Statement statement = client.createStatement()) {
        createTable(statement);
        disk.fill();
        insertUntilFull(statement);
        assertReadable(server);
        assertRefused(statement, "UPDATE d.t SET c = 'x' WHERE id = 0");
        assertReadable(server);
        disk.empty();
        insertAsSoonAsPossible(statement);
        assertReadable(server);

        disk.fill();
        insertUntilFull(statement);
        server.kill();
      }
      // Not even the restart has space.
      try (DevProcess server = start(data);
          Connection client = server.connect();
          Statement statement = client.createStatement()) {
        assertReadable(server);
        disk.empty();
        insertAsSoonAsPossible(statement);
        assertReadable(server);
        assertThat(server.terminate(Duration.ofSeconds(20))).isZero();
      }
      VerifyCommand.run(data);
    }
  }

  @Test
  void aFullObjectStoreRefusesWritesThoughTheLogHasSpace() throws Exception {
    Path data = directory.resolve("data");
    try (DevProcess server = start(data)) {
      assertThat(server.terminate(Duration.ofSeconds(20))).isZero();
    }
    try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), 64)) {
      Path objects = disk.directory().resolve("objects");
      Files.move(data.resolve("objects"), directory.resolve("moved"));
      copy(directory.resolve("moved"), objects);
      Files.createSymbolicLink(data.resolve("objects"), objects);
      try (DevProcess server = start(data);
          Connection client = server.connect();
          Statement statement = client.createStatement()) {
        createTable(statement);
        disk.fill();
        insertUntilFull(statement);
        assertReadable(server);
        disk.empty();
        insertAsSoonAsPossible(statement);
        assertReadable(server);
        disk.fill();
        insertUntilFull(statement);
        server.kill();
      }
      try (DevProcess server = start(data);
          Connection client = server.connect();
          Statement statement = client.createStatement()) {
        assertReadable(server);
        disk.empty();
        insertAsSoonAsPossible(statement);
        assertReadable(server);
        assertThat(server.terminate(Duration.ofSeconds(20))).isZero();
      }
      VerifyCommand.run(data);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static DevProcess start(Path data) throws Exception {
    Files.createDirectories(data);
    return DevProcess.start(data, "--buffer-pool", "32M");
  }

  private static void createTable(Statement statement) throws SQLException {
    statement.execute("CREATE DATABASE d");
    statement.execute("CREATE TABLE d.t (id INT PRIMARY KEY, n INT NOT NULL, c LONGBLOB, KEY (n))");
  }

  private void insert(Statement statement) throws SQLException {
    statement.execute(
        "INSERT INTO d.t VALUES (%d, %d, REPEAT('%dx', 200000))"
            .formatted(acknowledged, acknowledged, acknowledged));
    acknowledged++;
  }

  private void insertUntilFull(Statement statement) throws SQLException {
    for (int i = 0; i < MAX_ROWS; i++) {
      try {
        insert(statement);
      } catch (SQLException e) {
        assertDiskFull(e);
        System.out.println("full after " + acknowledged + " rows: " + e.getMessage());
        return;
      }
    }
    throw new AssertionError("the disk was never full");
  }

  private static void assertRefused(Statement statement, String sql) {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      assertDiskFull(e);
      return;
    }
    throw new AssertionError("not refused: " + sql);
  }

  private static void assertDiskFull(SQLException e) {
    assertThat(e.getErrorCode()).as(e.getMessage()).isEqualTo(DISK_FULL);
    assertThat(e.getSQLState()).isEqualTo("HY000");
    assertThat(e.getMessage())
        .startsWith("Disk full (")
        .endsWith("); waiting for someone to free some space...");
  }

  private void insertAsSoonAsPossible(Statement statement) throws Exception {
    long start = System.nanoTime();
    while (true) {
      try {
        insert(statement);
        System.out.printf(
            "writable again after %d ms%n",
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        return;
      } catch (SQLException e) {
        assertDiskFull(e);
        assertThat(System.nanoTime() - start).isLessThan(PATIENCE.toNanos());
        // Polling a server that has no way to call back.
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /// Every acknowledged row is there, on the writer and on the replica; some of them are read.
  private void assertReadable(DevProcess server) throws Exception {
    try (Connection writer = server.connect();
        Connection replica = server.connectToReplica()) {
      String expected = acknowledged + " rows, sum " + sumTo(acknowledged);
      assertThat(rows(writer)).isEqualTo(expected);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!rows(replica).equals(expected)) {
        assertThat(System.nanoTime()).as("replica: %s", rows(replica)).isLessThan(deadline);
        TimeUnit.MILLISECONDS.sleep(20);
      }
      for (int id = acknowledged - 1; id >= 0; id -= 1 + acknowledged / 16) {
        assertThat(text(writer, id)).isEqualTo(String.valueOf(id));
        assertThat(text(replica, id)).isEqualTo(String.valueOf(id));
      }
    }
  }

  private static long sumTo(long end) {
    return end * (end - 1) / 2;
  }

  private static String rows(Connection connection) throws SQLException {
    return only(connection, "SELECT CONCAT(COUNT(*), ' rows, sum ', SUM(n)) FROM d.t");
  }

  private static String text(Connection connection, int id) throws SQLException {
    return only(connection, "SELECT SUBSTRING_INDEX(c, 'x', -2) FROM d.t WHERE id = " + id)
        .replace("x", "");
  }

  private static String only(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
