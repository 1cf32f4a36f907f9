package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.parse.ValueList;
import io.tidemark.sql.session.SqlSession;
import io.tidemark.sql.variable.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// INSERTs of literals, which are read row by row, against the same statements with a comment,
/// which are parsed and bound as a whole.
final class LiteralRowsTest {
  private static final int STATEMENTS = 600;

  private static final String TABLE =
      "CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, i TINYINT NOT NULL DEFAULT 7, u BIGINT UNSIGNED,"
          + " d DECIMAL(10,3), f DOUBLE, v VARCHAR(40), c CHAR(5) NOT NULL, x VARBINARY(30), m DATETIME,"
          + " b BIT(8), e ENUM('a','b','1'), UNIQUE KEY (u))";

  private static final List<String> COLUMNS =
      List.of("id", "i", "u", "d", "f", "v", "c", "x", "m", "b", "e");

  private static final String ROWS =
      "SELECT id, i, u, d, f, v, HEX(v), c, HEX(x), m, HEX(b), e FROM t ORDER BY id";

  private static final List<String> MODES =
      List.of(
          "",
          "STRICT_TRANS_TABLES",
          "STRICT_TRANS_TABLES,ANSI_QUOTES",
          "NO_BACKSLASH_ESCAPES",
          "STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,NO_ZERO_DATE");

  private static final List<String> LITERALS =
      List.of(
          "0",
          "1",
          "-1",
          "+7",
          "007",
          "128",
          "255",
          "-129",
          "999999999999999999",
          "1000000000000000000",
          "9223372036854775807",
          "-9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "18446744073709551615",
          "-18446744073709551615",
          "18446744073709551616",
          "-123456789012345678901234567890",
          "1.5",
          "-1.5",
          ".5",
          "5.",
          "1234567.8905",
          "0.0000000001",
          "-99999999999999999.99",
          "1e3",
          "-1.5E+2",
          "1e-400",
          "2.5e10",
          "1e99",
          "NULL",
          "null",
          "TRUE",
          "false",
          "''",
          "'a'",
          "'abc'",
          "'abcdef'",
          "'1'",
          "' 12 '",
          "'1.5x'",
          "'2026-01-02 03:04:05'",
          "'2026-13-01'",
          "20260102030405",
          "'it''s'",
          "'héé€'",
          "'trailing   '",
          "0x41",
          "0x4",
          "0x00FF",
          "x'4142'",
          "X'C3A9'",
          "b'1'",
          "0b10101010",
          "b'1010101010'",
          "_binary 'ab'",
          "_binary'\u00e9'",
          "_utf8mb4 'é'",
          "_utf8mb4'z'",
          "_latin1 'é'",
          "_latin1 0xE9",
          "_binary x'00'");

  private static final List<String> ENDS =
      List.of(
          "",
          "",
          "",
          " ON DUPLICATE KEY UPDATE v = VALUES(v), i = i + 1",
          " ON DUPLICATE KEY UPDATE v = 'dup', f = 5",
          " ON DUPLICATE KEY UPDATE v = CONCAT('was ', VALUES(v))",
          " AS new ON DUPLICATE KEY UPDATE v = new.v, d = new.d");

  private TestServer server;
  private TestClient byRow;
  private TestClient parsed;

  @BeforeEach
  void open() {
    server = TestServer.open();
    byRow = connect("by_row");
    parsed = connect("parsed");
  }

  private TestClient connect(String database) {
    TestClient client = server.connect();
    client.run("CREATE DATABASE " + database);
    client.run("USE " + database);
    client.run(TABLE);
    return client;
  }

  @AfterEach
  void close() {
    byRow.close();
    parsed.close();
    server.close();
  }

  @Test
  void giveTheSameRowsErrorsAndWarningsAsParsedOnes() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    int failed = 0;
    for (int n = 0; n < STATEMENTS; n++) {
      String mode = pick(random, MODES);
      byRow.run("SET sql_mode = '" + mode + "'");
      parsed.run("SET sql_mode = '" + mode + "'");
      String rest = statement(random, mode.contains("NO_BACKSLASH"));
      String sql = "INSERT " + rest;
      assertThat(ValueList.find(sql.getBytes(StandardCharsets.UTF_8), modeBits(mode)))
          .as(sql)
          .isPresent();
      List<String> lines = byRow.lines(sql);
      assertThat(lines).as(sql).isEqualTo(parsed.lines("INSERT /* parse */ " + rest));
      failed += lines.getFirst().startsWith("ERROR") ? 1 : 0;
      assertSameState(sql);
      if (n % 20 == 0) {
        byRow.run("DELETE FROM t");
        parsed.run("DELETE FROM t");
      }
    }
    assertThat(failed).isBetween(STATEMENTS / 20, STATEMENTS * 19 / 20);
  }

  private static int modeBits(String mode) {
    int bits = 0;
    for (SqlMode each : SqlMode.values()) {
      bits |= (',' + mode + ',').contains(',' + each.name() + ',') ? each.bit() : 0;
    }
    return bits;
  }

  private void assertSameState(String sql) {
    for (String query : List.of("SHOW WARNINGS", "SELECT LAST_INSERT_ID(), ROW_COUNT()", ROWS)) {
      assertThat(byRow.run(query)).as(sql).isEqualTo(parsed.run(query));
    }
  }

  /// What follows INSERT. Rows of one statement are alike enough for many statements to succeed.
  private static String statement(Random random, boolean noEscapes) {
    List<String> columns = new ArrayList<>(COLUMNS);
    java.util.Collections.shuffle(columns, random);
    columns = columns.subList(0, 1 + random.nextInt(columns.size()));
    StringBuilder sql = new StringBuilder(random.nextInt(3) == 0 ? "IGNORE INTO t (" : "INTO t (");
    sql.append(String.join(", ", columns)).append(") VALUES");
    int rows = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(5);
    for (int row = 0; row < rows; row++) {
      sql.append(row == 0 ? blank(random) : "," + blank(random)).append('(');
      for (int i = 0; i < columns.size(); i++) {
        sql.append(i == 0 ? "" : ",").append(blank(random));
        sql.append(literal(random, columns.get(i), noEscapes)).append(blank(random));
      }
      sql.append(')');
    }
    return sql.append(pick(random, ENDS)).toString();
  }

  private static String literal(Random random, String column, boolean noEscapes) {
    if (random.nextInt(4) == 0) {
      return pick(random, LITERALS);
    }
    return switch (column) {
      case "id", "u" -> pick(random, List.of("NULL", "" + random.nextInt(30), "0"));
      case "d" -> random.nextInt(100) + "." + random.nextInt(1000);
      case "f" -> "-" + random.nextInt(100) + "e" + random.nextInt(5);
      case "v" ->
          noEscapes
              ? "'a\\b\\'"
              : pick(random, List.of("'a\\tb\\'c\\\\'", "'\\0\\Z\\_\\q'", "'x''y'"));
      case "m" -> "'2026-01-0" + (1 + random.nextInt(9)) + "'";
      case "e" -> pick(random, List.of("'a'", "2", "'1'"));
      case "x" -> pick(random, List.of("_binary 'ab'", "0xFF00", "'z'"));
      default -> "" + random.nextInt(100);
    };
  }

  private static String blank(Random random) {
    return pick(random, List.of("", "", "", " ", "\n\t"));
  }

  private static String pick(Random random, List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  @Test
  void nothingHappensBeforeAnErrorInALaterRow() {
    String rows = "(1),(2),".repeat(1000).replaceAll("\\(1\\),\\(2\\),$", "");
    String start = "INSERT INTO t (i) VALUES ";
    assertThat(byRow.lines(start + rows + "(1),,(2)").getFirst()).startsWith("ERROR 1064");
    assertThat(byRow.lines(start + rows + "(1,2)"))
        .containsExactly("ERROR 1136: Column count doesn't match value count at row 1999");
    assertThat(byRow.lines(start + rows + "(1e999)").getFirst()).startsWith("ERROR 1367");
    assertThat(byRow.lines(start + rows + "(_utf8mb4 x'ff'),(_utf8mb4 '" + "\\\u00ff'" + ")"))
        .isEqualTo(
            parsed.lines(
                start.replace(" ", " /**/ ")
                    + rows
                    + "(_utf8mb4 x'ff'),(_utf8mb4 '"
                    + "\\\u00ff'"
                    + ")"));
    byRow.run("DELETE FROM t");
    byRow.run("INSERT INTO t (i, c) VALUES (1,'a')");
    assertThat(byRow.value("SELECT COUNT(*) FROM t")).isEqualTo("1");
  }

  @Test
  void alwaysCountFromTheirOwnRow() {
    byRow.run("SET sql_mode = ''");
    assertThat(byRow.run("INSERT INTO t (i, c) VALUES (1,'a'),(1000,'b'),(NULL,'toolong')"))
        .containsExactly("OK 3 (Records: 3  Duplicates: 0  Warnings: 3)");
    assertThat(byRow.run("SHOW WARNINGS"))
        .containsExactly(
            "Warning\t1264\tOut of range value for column 'i' at row 2",
            "Warning\t1048\tColumn 'i' cannot be null",
            "Warning\t1265\tData truncated for column 'c' at row 3");
    assertThat(byRow.lines("INSERT INTO t (i, c) VALUES (NULL,'a')"))
        .containsExactly("ERROR 1048: Column 'i' cannot be null");
    assertThat(byRow.value("SELECT LAST_INSERT_ID()")).isEqualTo("1");
  }

  @Test
  void preparedRowsTakeParametersWhereverTheyStand() {
    String sql =
        "INSERT INTO t (id, v, c) VALUES (?,'one',''),(2,?,?),(?,?,'c') ON DUPLICATE KEY UPDATE v = ?";
    try (SqlSession.PreparedStatement statement =
        byRow.session().prepare(sql.getBytes(StandardCharsets.UTF_8))) {
      assertThat(statement.parameterCount()).isEqualTo(6);
      assertThat(byRow.execute(statement, 1, "two", "b", 3, 33, "again"))
          .containsExactly("OK 3 (Records: 3  Duplicates: 0  Warnings: 0)");
      assertThat(byRow.execute(statement, 4, new Object(), "b", "5", "five", "again"))
          .containsExactly("OK 4 (Records: 3  Duplicates: 1  Warnings: 0)");
    }
    assertThat(byRow.run("SELECT id, v, c FROM t ORDER BY id"))
        .containsExactly("1\tone\t", "2\tagain\tb", "3\t33\tc", "4\tone\t", "5\tfive\tc");
  }

  @Test
  void preparedRowsOfLiteralsAreReadAgainForEachExecution() {
    byRow.run("PREPARE p FROM 'INSERT INTO t (i, c) VALUES (1, ''a''),(2, ''b'')'");
    byRow.run("EXECUTE p");
    byRow.run("EXECUTE p");
    assertThat(byRow.run("SELECT id, i, c FROM t ORDER BY id"))
        .containsExactly("1\t1\ta", "2\t2\tb", "3\t1\ta", "4\t2\tb");
  }
}
