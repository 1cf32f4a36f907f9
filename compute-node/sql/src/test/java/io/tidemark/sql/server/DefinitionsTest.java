package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.server.SmallServer.Session;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionsTest {
  private SmallServer server;
  private Session session;

  @BeforeEach
  void open() {
    server = SmallServer.create();
    session = server.connect();
    session.run("CREATE DATABASE d");
    session.run("USE d");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static void assertRejected(MySqlError error, ThrowingCallable statement) {
    assertThatThrownBy(statement)
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).as(e.getMessage()).isEqualTo(error));
  }

  private String create(String table) {
    String row = session.run("SHOW CREATE TABLE " + table).get(0);
    return row.substring(row.indexOf('|') + 1);
  }

  @Test
  void showsSysbenchTableAsMySqlDoes() {
    session.run(
        "CREATE TABLE sbtest1(id INTEGER NOT NULL AUTO_INCREMENT, k INTEGER DEFAULT '0' NOT NULL,"
            + " c CHAR(120) DEFAULT '' NOT NULL, pad CHAR(60) DEFAULT '' NOT NULL,"
            + " PRIMARY KEY (id)) /*! ENGINE = innodb */");
    session.run("CREATE INDEX k_1 ON sbtest1(k)");
    assertThat(create("sbtest1"))
        .isEqualTo(
            """
            CREATE TABLE `sbtest1` (
              `id` int NOT NULL AUTO_INCREMENT,
              `k` int NOT NULL DEFAULT '0',
              `c` char(120) NOT NULL DEFAULT '',
              `pad` char(60) NOT NULL DEFAULT '',
              PRIMARY KEY (`id`),
              KEY `k_1` (`k`)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci\
            """);
  }

  @Test
  void showsEveryKindOfColumnAsMySqlDoes() {
    session.run(
        """
        CREATE TABLE t (
          a tinyint(1) DEFAULT NULL, b bigint unsigned NOT NULL, c decimal(10,2) DEFAULT 1.5,
          d double, e float(7,3), f bit(3) DEFAULT b'101', g datetime(3) DEFAULT CURRENT_TIMESTAMP(3)
          ON UPDATE CURRENT_TIMESTAMP(3), h timestamp NULL, i text, j varchar(10) COLLATE
          utf8mb4_bin COMMENT 'it''s', k enum('x','y') DEFAULT 'y', l set('p','q'), m year, n
          varbinary(5), o char(3) CHARACTER SET latin1, UNIQUE KEY u (b), KEY p (i(5), j DESC))
          COMMENT='c' ROW_FORMAT=DYNAMIC AUTO_INCREMENT=7
        """
            .replace("b'101'", "5"));
    assertThat(create("t"))
        .isEqualTo(
            """
            CREATE TABLE `t` (
              `a` tinyint(1) DEFAULT NULL,
              `b` bigint unsigned NOT NULL,
              `c` decimal(10,2) DEFAULT '1.50',
              `d` double DEFAULT NULL,
              `e` float(7,3) DEFAULT NULL,
              `f` bit(3) DEFAULT b'101',
              `g` datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
              `h` timestamp NULL DEFAULT NULL,
              `i` text,
              `j` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL COMMENT 'it''s',
              `k` enum('x','y') DEFAULT 'y',
              `l` set('p','q') DEFAULT NULL,
              `m` year DEFAULT NULL,
              `n` varbinary(5) DEFAULT NULL,
              `o` char(3) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
              UNIQUE KEY `u` (`b`),
              KEY `p` (`i`(5),`j` DESC)
            ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci ROW_FORMAT=DYNAMIC\
             COMMENT='c'\
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "DUP_FIELDNAME | CREATE TABLE x (a INT, A INT)",
        "MULTIPLE_PRI_KEY | CREATE TABLE x (a INT PRIMARY KEY, b INT PRIMARY KEY)",
        "WRONG_AUTO_KEY | CREATE TABLE x (a INT AUTO_INCREMENT)",
        "INVALID_DEFAULT | CREATE TABLE x (a INT DEFAULT 'q')",
        "INVALID_DEFAULT | CREATE TABLE x (a INT NOT NULL DEFAULT NULL)",
        "KEY_COLUMN_DOES_NOT_EXIST | CREATE TABLE x (a INT, KEY (b))",
        "BLOB_KEY_WITHOUT_LENGTH | CREATE TABLE x (a TEXT, KEY (a))",
        "TOO_LONG_KEY | CREATE TABLE x (a VARCHAR(1000), KEY (a))",
        "WRONG_SUB_KEY | CREATE TABLE x (a INT, KEY (a(2)))",
        "TOO_BIG_FIELDLENGTH | CREATE TABLE x (a CHAR(256))",
        "TOO_BIG_ROWSIZE | CREATE TABLE x (a VARCHAR(16000), b VARCHAR(16000))",
        "TOO_BIG_PRECISION | CREATE TABLE x (a DECIMAL(66,0))",
        "M_BIGGER_THAN_D | CREATE TABLE x (a DECIMAL(3,4))",
        "BLOB_CANT_HAVE_DEFAULT | CREATE TABLE x (a TEXT DEFAULT 'a')",
        "DUP_KEYNAME | CREATE TABLE x (a INT, KEY k (a), KEY k (a))",
        "WRONG_NAME_FOR_INDEX | CREATE TABLE x (a INT, KEY `PRIMARY` (a))",
        "UNKNOWN_STORAGE_ENGINE | CREATE TABLE x (a INT) ENGINE=MyISAM",
        "UNKNOWN_CHARACTER_SET | CREATE TABLE x (a INT) CHARSET=klingon",
        "UNKNOWN_COLLATION | CREATE TABLE x (a CHAR(2) COLLATE klingon_ci)",
        "COLLATION_CHARSET_MISMATCH | CREATE TABLE x (a CHAR(2) CHARACTER SET latin1 COLLATE utf8mb4_bin)",
        "PRIMARY_CANT_HAVE_NULL | CREATE TABLE x (a INT NULL PRIMARY KEY)",
        "BAD_DB | CREATE TABLE nowhere.x (a INT)",
        "NO_SUCH_TABLE | ALTER TABLE nothing ADD b INT",
        "BAD_TABLE | DROP TABLE nothing",
        "NOT_SUPPORTED_YET | CREATE TABLE x (a INT, b INT GENERATED ALWAYS AS (a + 1))",
        "FK_CANNOT_OPEN_PARENT | CREATE TABLE x (a INT, FOREIGN KEY (a) REFERENCES y (a))",
        "CANT_CREATE_DB_EXISTS | CREATE DATABASE d",
        "CANT_DROP_DB_NOT_EXISTS | DROP DATABASE nothing",
        "DBACCESS_DENIED | CREATE TABLE information_schema.x (a INT)",
      })
  void refusesWhatMySqlRefuses(MySqlError error, String statement) {
    assertRejected(error, () -> session.run(statement));
  }

  @Test
  void addsColumnsAtTheEndInstantly() {
    session.run("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))");
    session.insert("d", "t", 1, "one");
    long before = session.table("d", "t").descriptor().tableId();
    session.run("ALTER TABLE t ADD b INT NOT NULL DEFAULT 5, ADD c VARCHAR(5) DEFAULT 'x'");
    session.insert("d", "t", 2, "two", 6, "y");
    session.run("ALTER TABLE t ADD e TEXT");
    assertThat(session.rows("d", "t", 0)).containsExactly("1|one|5|x|NULL", "2|two|6|y|NULL");
    assertThat(session.table("d", "t").descriptor().tableId()).isEqualTo(before);
    session.run("ALTER TABLE t ADD KEY (c)");
    assertThat(session.rows("d", "t", 1)).containsExactly("1|one|5|x|NULL", "2|two|6|y|NULL");
  }

  @Test
  void rebuildsWhereRowsMustChange() {
    session.run("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10), KEY (a))");
    for (int i = 1; i <= 50; i++) {
      session.insert("d", "t", i, "" + i);
    }
    session.run("ALTER TABLE t ADD b INT DEFAULT 9 FIRST, MODIFY a INT, ADD UNIQUE u (a)");
    assertThat(session.rows("d", "t", 0)).hasSize(50).startsWith("9|1|1", "9|2|2");
    assertThat(session.rows("d", "t", 2)).hasSize(50).endsWith("9|50|50");
    session.run("ALTER TABLE t DROP b, CHANGE a z BIGINT NOT NULL, DROP PRIMARY KEY, DROP KEY u");
    assertThat(session.rows("d", "t", 0)).hasSize(50).startsWith("1|1");
    assertThat(create("t")).contains("`z` bigint NOT NULL", "KEY `a` (`z`)").doesNotContain("PRIM");
  }

  @Test
  void aFailingRebuildLeavesTheTableAsItWas() {
    session.run("CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(10))");
    session.insert("d", "t", 1, "x");
    session.insert("d", "t", 2, "x");
    assertRejected(MySqlError.DUP_ENTRY, () -> session.run("ALTER TABLE t ADD UNIQUE (a)"));
    assertRejected(
        MySqlError.DUP_ENTRY, () -> session.run("ALTER TABLE t ADD b INT FIRST, ADD UNIQUE (a)"));
    assertThat(session.rows("d", "t", 0)).containsExactly("1|x", "2|x");
    assertThat(session.table("d", "t").indexes()).hasSize(1);
  }

  @Test
  void definitionsSurviveARestart() {
    session.run("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a INT, KEY (a))");
    session.insert("d", "t", 1, 10);
    session.run("ALTER TABLE t ADD b INT DEFAULT 3, DROP KEY a, ADD KEY x (a DESC), RENAME TO s");
    String created = create("s");
    server.close();
    server = SmallServer.open(server.log);
    session = server.connect();
    session.run("USE d");
    assertThat(create("s")).isEqualTo(created);
    assertThat(session.rows("d", "s", 1)).containsExactly("1|10|3");
    assertThat(session.run("SHOW TABLES")).containsExactly("s");
  }

  @Test
  void renamesAndTruncates() {
    session.run("CREATE TABLE a (x INT PRIMARY KEY)");
    session.run("CREATE TABLE b LIKE a");
    session.insert("d", "a", 1);
    session.run("RENAME TABLE a TO c, b TO a, c TO b");
    assertThat(session.rows("d", "a", 0)).isEmpty();
    assertThat(session.rows("d", "b", 0)).containsExactly("1");
    session.run("TRUNCATE b");
    assertThat(session.rows("d", "b", 0)).isEmpty();
    session.run("DROP TABLE a, b");
    assertThat(session.run("SHOW TABLES")).isEmpty();
    session.run("CREATE TABLE IF NOT EXISTS q (x INT)");
    session.run("CREATE TABLE IF NOT EXISTS q (x INT)");
    assertThat(session.run("SHOW WARNINGS")).containsExactly("Note|1050|Table 'q' already exists");
    session.run("DROP DATABASE d");
    assertThat(session.run("SHOW DATABASES"))
        .containsExactly("information_schema", "mysql", "performance_schema", "sys");
  }

  @Test
  void hiddenKeysNumberTheRows() {
    session.run("CREATE TABLE t (a INT, b VARCHAR(5), KEY (b, a))");
    session.insert("d", "t", 1, "y");
    session.insert("d", "t", 1, "y");
    session.insert("d", "t", 2, "x");
    assertThat(session.rows("d", "t", 0)).containsExactly("1|y", "1|y", "2|x");
    assertThat(session.rows("d", "t", 1)).containsExactly("2|x", "1|y", "1|y");
    assertThat(session.run("CHECK TABLE t")).containsExactly("d.t|check|status|OK");
  }
}
