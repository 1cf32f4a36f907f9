package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.session.Parameter;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.spill.CountedFiles;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Statements whose rows do not fit into memory answer as if they did.
final class SpillingQueryTest {
  private static final int ROWS = 1_200;

  private final long seed = System.nanoTime();
  private final CountedFiles files = new CountedFiles();
  private TestServer server;
  private TestClient client;

  @BeforeEach
  void open() {
    server = TestServer.open(files);
    client = server.connect();
    client.run(
        "CREATE TABLE t (id INT PRIMARY KEY, k INT, d DECIMAL(12,3), s VARCHAR(800), x DOUBLE,"
            + " l TEXT, e ENUM('one','two','three'), KEY k (k))"
            + " DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_0900_ai_ci");
    client.run("CREATE TABLE u LIKE t");
    fill("t", new Random(seed));
    fill("u", new Random(seed + 1));
  }

  @AfterEach
  void close() {
    assertThat(files.open()).isZero();
    client.close();
    server.close();
  }

  private void fill(String table, Random random) {
    String[] words = {"a", "A", "\u00e4", "b", "\u00df", "ss", "", "long ".repeat(70)};
    for (int i = 0; i < ROWS; i += 400) {
      StringJoiner rows = new StringJoiner(",", "INSERT INTO " + table + " VALUES ", "");
      for (int id = i; id < i + 400; id++) {
        StringJoiner row = new StringJoiner(",", "(", ")");
        row.add("" + id);
        row.add(maybe(random, random.nextInt(3) == 0 ? "7" : "" + random.nextInt(2_000)));
        row.add(maybe(random, random.nextInt(400) + "." + random.nextInt(3) + "00"));
        String word = words[random.nextInt(words.length)] + words[random.nextInt(words.length)];
        row.add(maybe(random, "'" + word + (random.nextBoolean() ? random.nextInt(90) : "") + "'"));
        row.add(maybe(random, "" + random.nextInt(1_000) / 7.0));
        row.add(maybe(random, "'" + "l".repeat(random.nextInt(600)) + random.nextInt(50) + "'"));
        row.add(maybe(random, "" + (1 + random.nextInt(3))));
        rows.add(row.toString());
      }
      client.run(rows.toString());
    }
  }

  private static String maybe(Random random, String value) {
    return random.nextInt(12) == 0 ? "NULL" : value;
  }

  private void starve(TestClient whose) {
    whose.run("SET tmp_table_size=1024, sort_buffer_size=32768, join_buffer_size=128");
  }

  private List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT -id, COUNT(*), SUM(d), AVG(x), MIN(s), MAX(l) FROM t GROUP BY -id",
        "SELECT s, COUNT(*), SUM(d), AVG(d), SUM(x), STDDEV(x), MIN(l), MAX(l), MAX(e) FROM t GROUP BY s",
        "SELECT d, s, BIT_XOR(id), MIN(s) FROM t GROUP BY d, s",
        "SELECT COUNT(DISTINCT id), COUNT(DISTINCT s), SUM(DISTINCT d), SUM(DISTINCT x) FROM t",
        "SELECT k, COUNT(DISTINCT s, d), SUM(DISTINCT x), COUNT(*) FROM t GROUP BY k",
        "SELECT s, COUNT(DISTINCT d), COUNT(DISTINCT id) FROM t GROUP BY s ORDER BY 1, 2, 3",
        "SELECT GROUP_CONCAT(id ORDER BY s DESC, id), GROUP_CONCAT(DISTINCT d) FROM t",
        "SELECT k, GROUP_CONCAT(s), GROUP_CONCAT(DISTINCT s ORDER BY x, id SEPARATOR '; ')"
            + " FROM t GROUP BY k",
        "SELECT d, GROUP_CONCAT(l ORDER BY l DESC), MIN(l), COUNT(*) FROM t GROUP BY d",
        "SELECT DISTINCT s, d FROM t",
        "SELECT DISTINCT k FROM t ORDER BY k DESC",
        "SELECT DISTINCT e, s FROM t ORDER BY s, e LIMIT 50 OFFSET 20",
        "SELECT s, d FROM t UNION SELECT s, d FROM u",
        "SELECT k, s FROM t UNION SELECT k, l FROM u ORDER BY 1, 2",
        "SELECT * FROM t ORDER BY s, x DESC, id",
        "SELECT l, id FROM t ORDER BY l LIMIT 500",
        "SELECT v.s, v.c FROM (SELECT s, COUNT(*) c FROM t GROUP BY s) v ORDER BY v.c DESC, v.s",
        "WITH v AS (SELECT DISTINCT k, d FROM t) SELECT COUNT(*) FROM v a JOIN v b ON a.k = b.k",
        "SELECT id FROM t WHERE d IN (SELECT d FROM u WHERE id < 1100)",
        "SELECT id FROM t WHERE s NOT IN (SELECT s FROM u WHERE s IS NOT NULL AND id < 500)",
        "SELECT id FROM t WHERE (d, e) IN (SELECT d, e FROM u WHERE id < 1000)",
        "SELECT COUNT(*), COUNT(x > ALL (SELECT x FROM u WHERE x IS NOT NULL)),"
            + " SUM(d < ANY (SELECT d FROM u)), SUM(d <> ANY (SELECT d FROM u)) FROM t",
      })
  void keepsTheResultAndItsOrder(String sql) {
    List<String> expected = client.run(sql);
    starve(client);
    int before = files.created();
    assertThat(client.run(sql)).as("seed %d", seed).isEqualTo(expected);
    assertThat(files.open()).isZero();
    if (!sql.contains("ANY")) {
      assertThat(files.created()).isGreaterThan(before);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT t.id, u.id FROM t JOIN u ON t.d = u.d",
        "SELECT t.id, u.id FROM t LEFT JOIN u ON t.s = u.s AND t.x < u.x AND t.id % 3 = u.id % 3",
        "SELECT t.id, u.id FROM t LEFT JOIN u ON t.d = u.d AND t.s = u.s",
        "SELECT t.id, u.id, v.id FROM t JOIN u ON t.d = u.x LEFT JOIN u v ON v.l = t.l",
        // Two thirds of the rows have one key, which no splitting makes smaller.
        "SELECT t.id, u.id FROM t LEFT JOIN u ON t.k + 0 = u.k + 0"
            + " AND t.id BETWEEN u.id - 1 AND u.id",
      })
  void joinsAsInMemory(String sql) {
    List<String> expected = client.run(sql);
    starve(client);
    int before = files.created();
    List<String> actual = client.run(sql);
    assertThat(actual).as("seed %d", seed).hasSameSizeAs(expected);
    assertThat(sorted(actual)).as("seed %d", seed).isEqualTo(sorted(expected));
    assertThat(files.created()).isGreaterThan(before);
  }

  @Test
  void aJoinKeepsTheOrderOfItsLeftSideWhereItMatters() {
    String sql =
        "SELECT STRAIGHT_JOIN t.id, u.id FROM t JOIN u ON t.d = u.d ORDER BY t.id LIMIT 1000000";
    assertThat(client.value("EXPLAIN FORMAT=TREE " + sql))
        .contains("hash join")
        .doesNotContain("Sort");
    List<String> expected = client.run(sql);
    starve(client);
    List<String> actual = client.run(sql);
    assertThat(actual.stream().map(SpillingQueryTest::first))
        .as("seed %d", seed)
        .isEqualTo(expected.stream().map(SpillingQueryTest::first).toList());
    assertThat(sorted(actual)).as("seed %d", seed).isEqualTo(sorted(expected));
  }

  private static String first(String line) {
    return line.substring(0, line.indexOf('\t'));
  }

  @Test
  void changesWhatItWouldInMemory() {
    String[] changes = {
      "UPDATE t SET k = k + 1 WHERE k > 5",
      "UPDATE t SET id = id + 100000 ORDER BY id DESC",
      "UPDATE t JOIN u ON t.d = u.d SET t.x = u.id, u.l = CONCAT('seen ', t.id)",
      "INSERT INTO t SELECT id + 1000000, k, d, s, x, l, e FROM t",
      "DELETE t FROM t JOIN u ON t.s = u.s WHERE u.id < 50",
      "DELETE FROM u WHERE d IN (SELECT d FROM t)",
    };
    String all = "SELECT SUM(CRC32(CONCAT_WS(',', id, k, d, s, IFNULL(x, -1) > 0, l, e))) FROM ";
    List<String> expected = new ArrayList<>();
    client.run("BEGIN");
    for (String change : changes) {
      expected.add(client.run(change) + client.value(all + "t") + client.value(all + "u"));
    }
    client.run("ROLLBACK");
    starve(client);
    int before = files.created();
    List<String> actual = new ArrayList<>();
    for (String change : changes) {
      actual.add(client.run(change) + client.value(all + "t") + client.value(all + "u"));
    }
    assertThat(actual).as("seed %d", seed).isEqualTo(expected);
    assertThat(files.created()).isGreaterThan(before);
  }

  @Test
  void aRowThatMovesBecauseOfOnUpdateIsChangedOnce() {
    client.run(
        "CREATE TABLE m (id INT PRIMARY KEY, n INT, at DATETIME DEFAULT '2000-01-01'"
            + " ON UPDATE CURRENT_TIMESTAMP, KEY at (at))");
    client.run("INSERT INTO m (id, n) VALUES (1, 0), (2, 0), (3, 0)");
    client.run("UPDATE m FORCE INDEX (at) SET n = n + 1 WHERE at > '1999-01-01'");
    assertThat(client.run("SELECT n FROM m")).containsExactly("1", "1", "1");
  }

  @Test
  void aFullDiskUndoesTheStatementAndNothingElse() {
    starve(client);
    files.limit(100_000);
    client.run("BEGIN");
    client.run("UPDATE t SET k = -1 WHERE id = 1");
    for (String sql :
        List.of(
            "SELECT l, COUNT(*) FROM t GROUP BY l, id",
            "SELECT * FROM t ORDER BY l",
            "SELECT COUNT(t.l), COUNT(u.l) FROM t JOIN u ON t.d = u.d",
            "INSERT INTO u SELECT id + 10000, k, d, s, x, l, e FROM u",
            "UPDATE t SET id = id + 50000")) {
      List<String> lines = client.lines(sql);
      assertThat(lines.getLast())
          .as(sql)
          .matches("ERROR 1026: Error writing file '.*' \\(errno: 28 - No space left on device\\)");
      assertThat(files.open()).isZero();
    }
    client.run("COMMIT");
    assertThat(client.value("SELECT COUNT(*) FROM u")).isEqualTo("" + ROWS);
    assertThat(client.value("SELECT COUNT(*) FROM t WHERE id >= 50000")).isEqualTo("0");
    assertThat(client.value("SELECT k FROM t WHERE id = 1")).isEqualTo("-1");
  }

  @Test
  void aCursorsRowsLastAsLongAsTheCursor() {
    String sql = "SELECT * FROM t";
    List<String> expected = client.run(sql);
    starve(client);
    try (SqlSession.PreparedStatement statement =
        client.session().prepare(sql.getBytes(StandardCharsets.UTF_8))) {
      TestClient.Lines lines = new TestClient.Lines();
      try (SqlSession.RowCursor cursor =
          statement.openCursor(List.<Parameter>of(), lines).orElseThrow()) {
        assertThat(files.open()).isEqualTo(1);
        while (cursor.fetch(100, lines)) {
          assertThat(files.open()).isEqualTo(1);
        }
      }
      assertThat(lines.lines()).isEqualTo(expected);
    }
  }

  @Test
  void aStatementThatSpillsCanBeInterrupted() throws InterruptedException {
    starve(client);
    List<String> result = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(1);
    int before = files.created();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              begun.countDown();
              result.addAll(
                  client.lines(
                      "SELECT a.id, b.id, COUNT(*) FROM t a, t b, t c GROUP BY a.id, b.id, c.id"));
            });
    begun.await();
    while (files.created() == before) {
      Thread.onSpinWait();
    }
    while (thread.isAlive()) {
      client.session().interrupt();
      thread.join(20);
    }
    assertThat(result).containsExactly("ERROR 1317: Query execution was interrupted");
    assertThat(files.open()).isZero();
  }
}
