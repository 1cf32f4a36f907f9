package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Transactions that change every row of a table: in bounded memory, and taken back in the
/// background after SIGKILL, while others work.
///
/// `-Dtidemark.large.rows=1000000` for the full size.
class LargeTransactionTest {
  private static final int ROWS = Integer.getInteger("tidemark.large.rows", 20_000);
  private static final int ROWS_PER_INSERT = 1_000;

  /// What the launcher promises for a heap of 512 MiB and two buffer pools of 256 MiB.
  private static final long MAX_RESIDENT_KIB = 1536 * 1024;

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration MAX_RESTART = Duration.ofSeconds(15);
  private static final String CONTENTS =
      "SELECT COUNT(*), SUM(id), SUM(k), SUM(CRC32(c)), MIN(LENGTH(c)) FROM big.t";

  @TempDir private Path directory;

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void everyRowIsInsertedChangedAndDeletedInBoundedMemory() throws Exception {
    try (DevProcess server = start();
        Connection client = connect(server);
        Statement statement = client.createStatement()) {
      createTable(statement);
      timed(server, "insert and commit", () -> insertAll(statement, "COMMIT"));
      String inserted = contents(statement);
      assertThat(inserted).startsWith(ROWS + " ");
      timed(
          server,
          "update and roll back",
          () -> {
            statement.execute("BEGIN");
            assertThat(statement.executeUpdate("UPDATE big.t SET c = CONCAT('u', c)"))
                .isEqualTo(ROWS);
            statement.execute("ROLLBACK");
          });
      assertThat(contents(statement)).isEqualTo(inserted);
      timed(
          server,
          "delete and commit",
          () -> {
            statement.execute("BEGIN");
            assertThat(statement.executeUpdate("DELETE FROM big.t")).isEqualTo(ROWS);
            statement.execute("COMMIT");
          });
      timed(
          server,
          "purge",
          () -> awaitStatus(statement, "Tidemark_history_length", value -> value == 0));
      timed(server, "insert and roll back", () -> insertAll(statement, "ROLLBACK"));
      assertThat(contents(statement)).startsWith("0 ");
      timed(server, "insert again and commit", () -> insertAll(statement, "COMMIT"));
      assertThat(contents(statement)).isEqualTo(inserted);
      timed(
          server,
          "update at READ COMMITTED",
          () -> {
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
            statement.execute("BEGIN");
            assertThat(statement.executeUpdate("UPDATE big.t SET c = CONCAT('v', c)"))
                .isEqualTo(ROWS);
            statement.execute("ROLLBACK");
          });
      assertThat(contents(statement)).isEqualTo(inserted);
      assertThat(server.terminate(Duration.ofSeconds(30))).isZero();
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void killedInItsMiddleAndInTheMiddleOfItsRollbackItIsTakenBackWhileOthersWork() throws Exception {
    String committed;
    try (DevProcess server = start();
        Connection client = connect(server);
        Statement statement = client.createStatement()) {
      createTable(statement);
      statement.execute("CREATE TABLE big.other (id INT PRIMARY KEY)");
      insertAll(statement, "COMMIT");
      committed = contents(statement);
      statement.execute("BEGIN");
      statement.execute("UPDATE big.t SET c = CONCAT('u', c), k = k + 1 WHERE id < " + ROWS / 2);
      CompletableFuture<Void> second =
          later(
              statement, "UPDATE big.t SET c = CONCAT('u', c), k = k + 1 WHERE id >= " + ROWS / 2);
      awaitProgress(server, second);
      server.kill();
      assertThat(second).failsWithin(Duration.ofSeconds(30));
    }
    for (int kill = 1; kill <= 2; kill++) {
      long start = System.nanoTime();
      try (DevProcess server = start();
          Connection client = connect(server);
          Statement statement = client.createStatement()) {
        Duration restart = Duration.ofNanos(System.nanoTime() - start);
        long open = status(statement, "Tidemark_active_transactions");
        statement.execute("INSERT INTO big.other VALUES (" + kill + ")");
        assertThat(contents(statement)).as("restart %d", kill).isEqualTo(committed);
        System.out.printf(
            "restart %d: ready after %d ms, %d transactions open%n",
            kill, restart.toMillis(), open);
        assertThat(restart).isLessThan(MAX_RESTART);
        if (kill == 2) {
          timed(
              server,
              "rest of the rollback",
              () -> awaitStatus(statement, "Tidemark_active_transactions", value -> value == 0));
          assertThat(contents(statement)).isEqualTo(committed);
          assertThat(count(statement, "SELECT COUNT(*) FROM big.other")).isEqualTo(2);
          assertThat(statement.executeUpdate("UPDATE big.t SET k = k + 1")).isEqualTo(ROWS);
          assertThat(server.terminate(Duration.ofSeconds(30))).isZero();
        } else {
          server.kill();
        }
      }
    }
    VerifyCommand.run(directory.resolve("data"));
  }

  private DevProcess start() throws Exception {
    return DevProcess.start(directory.resolve("data"), "--buffer-pool", "256M");
  }

  private static Connection connect(DevProcess server) throws SQLException {
    return DevProcess.connect(
        server.writerPort(), "&connectTimeout=10000&socketTimeout=" + PATIENCE.toMillis());
  }

  private static void createTable(Statement statement) throws SQLException {
    statement.execute("CREATE DATABASE big");
    statement.execute(
        "CREATE TABLE big.t (id INT PRIMARY KEY, k INT NOT NULL, c VARCHAR(200) NOT NULL, KEY (k))");
  }

  private static void insertAll(Statement statement, String end) throws SQLException {
    statement.execute("BEGIN");
    for (int first = 0; first < ROWS; first += ROWS_PER_INSERT) {
      StringBuilder sql = new StringBuilder("INSERT INTO big.t VALUES ");
      for (int id = first; id < Math.min(ROWS, first + ROWS_PER_INSERT); id++) {
        sql.append(id == first ? "" : ",").append('(').append(id).append(',');
        sql.append(id * 7919L % ROWS).append(",'row ").append(id);
        sql.append(" with the text that a row of an application has, some hundred bytes of it')");
      }
      statement.execute(sql.toString());
    }
    statement.execute(end);
  }

  private static String contents(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery(CONTENTS)) {
      assertThat(row.next()).isTrue();
      StringBuilder text = new StringBuilder();
      for (int column = 1; column <= 5; column++) {
        text.append(row.getString(column)).append(' ');
      }
      return text.toString();
    }
  }

  private static long count(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    }
  }

  private static CompletableFuture<Void> later(Statement statement, String sql) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            statement.execute(sql);
            done.complete(null);
          } catch (SQLException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  /// Waits until the statement has written some of its redo.
  private static void awaitProgress(DevProcess server, CompletableFuture<Void> statement)
      throws Exception {
    try (Connection observer = connect(server);
        Statement look = observer.createStatement()) {
      long before = status(look, "Tidemark_append_lsn");
      awaitStatus(
          look, "Tidemark_append_lsn", lsn -> lsn > before + 50L * ROWS || statement.isDone());
    }
  }

  private static long status(Statement statement, String name) throws SQLException {
    try (ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE '" + name + "'")) {
      assertThat(row.next()).isTrue();
      return row.getLong(2);
    }
  }

  private static void awaitStatus(Statement statement, String name, LongPredicate wanted)
      throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    long value = status(statement, name);
    while (!wanted.test(value)) {
      assertThat(System.nanoTime()).as("%s is %d", name, value).isLessThan(deadline);
      // Polling a server that has no way to call back.
      TimeUnit.MILLISECONDS.sleep(20);
      value = status(statement, name);
    }
  }

  private static void timed(DevProcess server, String what, Step step) throws Exception {
    long start = System.nanoTime();
    step.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    long peak = peakResidentKib(server);
    System.out.printf(
        "%s of %d rows: %.2f s, %.1f us per row; the process has had up to %d MiB%n",
        what, ROWS, seconds, seconds * 1e6 / ROWS, peak / 1024);
    assertThat(peak).as("resident KiB").isLessThan(MAX_RESIDENT_KIB);
  }

  /// The most memory that the process has had at once; zero where the system does not tell.
  private static long peakResidentKib(DevProcess server) throws Exception {
    Path status = Path.of("/proc/" + server.process().pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    return 0;
  }

  /// What is timed.
  private interface Step {
    void run() throws Exception;
  }
}
