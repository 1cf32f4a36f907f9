package io.tidemark.tests.isolation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The anomalies of Adya's and of Berenson et al.'s papers, in the form of Martin Kleppmann's
/// "hermitage" tests, with the outcome that MySQL 8.0 (InnoDB) has at each level.
class IsolationTest {
  @TempDir private static Path directory;
  private static DevProcess server;

  @BeforeAll
  static void startServer() throws Exception {
    server = DevProcess.start(directory.resolve("data"), "--replicas", "0");
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE iso");
      statement.execute("CREATE TABLE iso.t (id INT PRIMARY KEY, v INT, KEY (v))");
      statement.execute("CREATE TABLE iso.source (id INT PRIMARY KEY, v INT)");
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void fillTable() throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM iso.t");
      statement.execute("DELETE FROM iso.source");
      statement.execute("INSERT INTO iso.t VALUES (1, 10), (2, 20)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"})
  void noLevelAllowsDirtyWrites(String level) throws Exception {
    try (Session first = begin(level);
        Session second = begin(level)) {
      first.update("UPDATE t SET v = 11 WHERE id = 1");
      CompletableFuture<Integer> blocked = second.updateLater("UPDATE t SET v = 12 WHERE id = 1");
      assertBlocked(blocked);
      first.update("UPDATE t SET v = 21 WHERE id = 2");
      first.commit();
      assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      second.update("UPDATE t SET v = 22 WHERE id = 2");
      second.commit();
    }
    assertThat(committed()).isEqualTo("1=12 2=22");
  }

  @ParameterizedTest
  @CsvSource({
    "READ UNCOMMITTED, 1=101 2=20",
    "READ COMMITTED, 1=10 2=20",
    "REPEATABLE READ, 1=10 2=20"
  })
  void abortedReadsOnlyUncommitted(String level, String seen) throws Exception {
    try (Session writer = begin(level);
        Session reader = begin(level)) {
      writer.update("UPDATE t SET v = 101 WHERE id = 1");
      assertThat(reader.rows("SELECT id, v FROM t ORDER BY id")).isEqualTo(seen);
      writer.rollback();
      assertThat(reader.rows("SELECT id, v FROM t ORDER BY id")).isEqualTo("1=10 2=20");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "READ UNCOMMITTED, 1=101 2=20, 1=11 2=20",
    "READ COMMITTED, 1=10 2=20, 1=11 2=20",
    "REPEATABLE READ, 1=10 2=20, 1=10 2=20"
  })
  void intermediateReadsOnlyUncommitted(String level, String during, String after)
      throws Exception {
    try (Session writer = begin(level);
        Session reader = begin(level)) {
      writer.update("UPDATE t SET v = 101 WHERE id = 1");
      assertThat(reader.rows("SELECT id, v FROM t ORDER BY id")).isEqualTo(during);
      writer.update("UPDATE t SET v = 11 WHERE id = 1");
      writer.commit();
      assertThat(reader.rows("SELECT id, v FROM t ORDER BY id")).isEqualTo(after);
    }
  }

  @ParameterizedTest
  @CsvSource({"READ UNCOMMITTED, 18", "READ COMMITTED, 18", "REPEATABLE READ, 20"})
  void readSkewEndsWithRepeatableRead(String level, int seen) throws Exception {
    try (Session reader = begin(level);
        Session writer = begin(level)) {
      assertThat(reader.rows("SELECT id, v FROM t WHERE id = 1")).isEqualTo("1=10");
      writer.update("UPDATE t SET v = 12 WHERE id = 1");
      writer.update("UPDATE t SET v = 18 WHERE id = 2");
      writer.commit();
      assertThat(reader.rows("SELECT id, v FROM t WHERE id = 2")).isEqualTo("2=" + seen);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "READ UNCOMMITTED, 1=10 2=20 3=30",
    "READ COMMITTED, 1=10 2=20 3=30",
    "REPEATABLE READ, 1=10 2=20"
  })
  void phantomsEndWithRepeatableRead(String level, String seen) throws Exception {
    try (Session reader = begin(level);
        Session writer = begin(level)) {
      assertThat(reader.rows("SELECT id, v FROM t WHERE v > 0 ORDER BY id")).isEqualTo("1=10 2=20");
      writer.update("INSERT INTO t VALUES (3, 30)");
      writer.commit();
      assertThat(reader.rows("SELECT id, v FROM t WHERE v > 0 ORDER BY id")).isEqualTo(seen);
    }
  }

  /// The example of the MySQL manual, "Transaction Isolation Levels", READ COMMITTED.
  @ParameterizedTest
  @CsvSource({"READ UNCOMMITTED, false", "READ COMMITTED, false", "REPEATABLE READ, true"})
  void updatesWaitOnlyForRowsWhoseCommittedVersionTheyWant(String level, boolean waits)
      throws Exception {
    fillSource();
    try (Session first = begin(level);
        Session second = begin(level)) {
      first.update("UPDATE source SET v = 5 WHERE v = 3");
      CompletableFuture<Integer> other = second.updateLater("UPDATE source SET v = 4 WHERE v = 2");
      if (waits) {
        assertBlocked(other);
        first.commit();
      }
      assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      second.commit();
    }
    assertThat(source()).isEqualTo("1=4 2=" + (waits ? 5 : 3) + " 3=4 4=" + (waits ? 5 : 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void updatesLookAgainAtRowsTheyWaitedFor(boolean commits) throws Exception {
    fillSource();
    try (Session first = begin("READ COMMITTED");
        Session second = begin("READ COMMITTED");
        Session third = begin("READ COMMITTED")) {
      first.update("UPDATE source SET v = 5 WHERE id = 1");
      CompletableFuture<Integer> blocked =
          second.updateLater("UPDATE source SET v = 4 WHERE v = 2");
      assertBlocked(blocked);
      if (commits) {
        first.commit();
        assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        // The row is not wanted any more, so it is not locked any more.
        third.update("UPDATE source SET v = 6 WHERE id = 1");
        third.commit();
      } else {
        first.rollback();
        assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo(2);
      }
      second.commit();
    }
    assertThat(source()).isEqualTo((commits ? "1=6" : "1=4") + " 2=3 3=4 4=3");
  }

  private static void fillSource() throws SQLException {
    try (Session session = begin("READ COMMITTED")) {
      session.update("INSERT INTO source VALUES (1, 2), (2, 3), (3, 2), (4, 3)");
      session.commit();
    }
  }

  private static String source() throws SQLException {
    try (Session session = begin("READ COMMITTED")) {
      return session.rows("SELECT id, v FROM source ORDER BY id");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ"})
  void lostUpdatesByReadThenWriteArePossibleBelowSerializable(String level) throws Exception {
    try (Session first = begin(level);
        Session second = begin(level)) {
      assertThat(first.rows("SELECT id, v FROM t WHERE id = 1")).isEqualTo("1=10");
      assertThat(second.rows("SELECT id, v FROM t WHERE id = 1")).isEqualTo("1=10");
      first.update("UPDATE t SET v = 11 WHERE id = 1");
      CompletableFuture<Integer> blocked = second.updateLater("UPDATE t SET v = 12 WHERE id = 1");
      first.commit();
      assertThat(blocked.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      second.commit();
    }
    assertThat(committed()).isEqualTo("1=12 2=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lost update", "write skew"})
  void serializableEndsLostUpdateAndWriteSkewInADeadlock(String anomaly) throws Exception {
    int secondRow = anomaly.equals("lost update") ? 1 : 2;
    try (Session first = begin("SERIALIZABLE");
        Session second = begin("SERIALIZABLE")) {
      first.rows("SELECT id, v FROM t WHERE id IN (1, 2)");
      second.rows("SELECT id, v FROM t WHERE id IN (1, 2)");
      CompletableFuture<Integer> waiting = first.updateLater("UPDATE t SET v = 11 WHERE id = 1");
      assertBlocked(waiting);
      int error = 0;
      try {
        second.update("UPDATE t SET v = 21 WHERE id = " + secondRow);
      } catch (SQLException e) {
        error = e.getErrorCode();
      }
      assertThat(error).isEqualTo(1213);
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      first.commit();
    }
    assertThat(committed()).isEqualTo("1=11 2=20");
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ COMMITTED", "REPEATABLE READ"})
  void writeSkewIsPossibleBelowSerializable(String level) throws Exception {
    try (Session first = begin(level);
        Session second = begin(level)) {
      first.rows("SELECT id, v FROM t WHERE id IN (1, 2)");
      second.rows("SELECT id, v FROM t WHERE id IN (1, 2)");
      first.update("UPDATE t SET v = 11 WHERE id = 1");
      second.update("UPDATE t SET v = 21 WHERE id = 2");
      first.commit();
      second.commit();
    }
    assertThat(committed()).isEqualTo("1=11 2=21");
  }

  @ParameterizedTest
  @CsvSource({"READ COMMITTED, false", "REPEATABLE READ, true", "SERIALIZABLE, true"})
  void gapsAreLockedFromRepeatableReadOn(String level, boolean blocks) throws Exception {
    try (Session reader = begin(level);
        Session writer = begin(level)) {
      reader.rows("SELECT id, v FROM t WHERE v BETWEEN 10 AND 15 FOR UPDATE");
      CompletableFuture<Integer> insert = writer.updateLater("INSERT INTO t VALUES (3, 14)");
      if (blocks) {
        assertBlocked(insert);
        reader.commit();
      }
      assertThat(insert.get(10, TimeUnit.SECONDS)).isEqualTo(1);
      writer.rollback();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"})
  void changesReadTheNewestRowsInTheirSubqueries(String level) throws Exception {
    try (Session first = begin(level);
        Session second = begin("READ COMMITTED")) {
      assertThat(first.rows("SELECT id, v FROM t WHERE id = 1")).isEqualTo("1=10");
      second.update("INSERT INTO source VALUES (1, 7)");
      second.commit();
      first.update("UPDATE t SET v = (SELECT SUM(v) + 100 FROM source) WHERE id = 1");
      first.update("INSERT INTO t SELECT id + 2, v FROM source");
      assertThat(first.rows("SELECT id, v FROM t WHERE id IN (1, 3) ORDER BY id"))
          .isEqualTo("1=107 3=7");
      first.commit();
    }
  }

  private static void assertBlocked(CompletableFuture<Integer> statement) throws Exception {
    boolean blocked = false;
    try {
      statement.get(300, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      blocked = true;
    }
    assertThat(blocked).as("the statement should wait for a lock").isTrue();
  }

  private static String committed() throws SQLException {
    try (Session session = begin("READ COMMITTED")) {
      return session.rows("SELECT id, v FROM t ORDER BY id");
    }
  }

  private static Session begin(String level) throws SQLException {
    return new Session(server.connect(), level);
  }

  /// A client with an open transaction. Confined to the test's thread, but for [#updateLater].
  private static final class Session implements AutoCloseable {
    private final Connection connection;

    Session(Connection connection, String level) throws SQLException {
      this.connection = connection;
      try (Statement statement = connection.createStatement()) {
        statement.execute("USE iso");
        statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL " + level);
        statement.execute("BEGIN");
      }
    }

    int update(String sql) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        return statement.executeUpdate(sql);
      }
    }

    CompletableFuture<Integer> updateLater(String sql) {
      CompletableFuture<Integer> result = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              result.complete(update(sql));
            } catch (SQLException e) {
              result.completeExceptionally(e);
            }
          });
      return result;
    }

    String rows(String sql) throws SQLException {
      List<String> rows = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(sql)) {
        while (result.next()) {
          rows.add(result.getInt(1) + "=" + result.getInt(2));
        }
      }
      return String.join(" ", rows);
    }

    void commit() throws SQLException {
      update("COMMIT");
    }

    void rollback() throws SQLException {
      update("ROLLBACK");
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }
}
