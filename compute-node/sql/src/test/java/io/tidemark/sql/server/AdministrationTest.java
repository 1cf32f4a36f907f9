package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.password.CachingSha2Password;
import io.tidemark.sql.password.NativePassword;
import io.tidemark.sql.server.SmallServer.Session;
import io.tidemark.sql.session.SqlServer;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdministrationTest {
  private SmallServer server;
  private Session session;

  @BeforeEach
  void open() {
    server = SmallServer.create();
    session = server.connect();
    session.run("CREATE DATABASE d");
    session.run("USE d");
    session.run("CREATE TABLE t (id INT PRIMARY KEY, a INT)");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String variable(String name) {
    return session.run("SHOW VARIABLES LIKE '" + name + "'").get(0);
  }

  @Test
  void setsAndShowsVariables() {
    assertThat(variable("autocommit")).isEqualTo("autocommit|ON");
    session.run("SET autocommit=0, SESSION sql_mode='', @@sort_buffer_size=100000");
    assertThat(variable("autocommit")).isEqualTo("autocommit|OFF");
    assertThat(variable("sql_mode")).isEqualTo("sql_mode|");
    assertThat(variable("sort_buffer_size")).isEqualTo("sort_buffer_size|100000");
    session.run("SET NAMES latin1");
    assertThat(variable("collation_connection"))
        .isEqualTo("collation_connection|latin1_swedish_ci");
    session.run("SET NAMES utf8mb4 COLLATE utf8mb4_bin");
    assertThat(variable("character_set_results")).isEqualTo("character_set_results|utf8mb4");
    session.run("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY");
    assertThat(variable("transaction_isolation")).isEqualTo("transaction_isolation|READ-COMMITTED");
    session.run("SET time_zone='+5:30', max_allowed_packet=DEFAULT, @x=5");
    assertThat(variable("time_zone")).isEqualTo("time_zone|+05:30");
    session.run("SET GLOBAL max_connections=1300");
    assertThat(server.connect().run("SHOW VARIABLES LIKE 'max_connections'"))
        .containsExactly("max_connections|1300");
    session.run("SET sort_buffer_size=1");
    assertThat(session.run("SHOW WARNINGS"))
        .containsExactly("Warning|1292|Truncated incorrect sort_buffer_size value: '1'");
    assertThat(variable("sort_buffer_size")).isEqualTo("sort_buffer_size|32768");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UNKNOWN_SYSTEM_VARIABLE | SET nothing_like_it=1",
        "INCORRECT_GLOBAL_LOCAL_VAR | SET version='x'",
        "GLOBAL_VARIABLE | SET max_connections=5",
        "LOCAL_VARIABLE | SET GLOBAL timestamp=5",
        "WRONG_VALUE_FOR_VAR | SET sql_mode='NONSENSE'",
        "WRONG_VALUE_FOR_VAR | SET autocommit=7",
        "WRONG_TYPE_FOR_VAR | SET sort_buffer_size='big'",
        "UNKNOWN_TIME_ZONE | SET time_zone='Mars/Olympus'",
        "UNKNOWN_CHARACTER_SET | SET NAMES klingon",
        "NOT_SUPPORTED_YET | SET PERSIST max_connections=5",
        "NO_BINARY_LOGGING | SHOW BINARY LOGS",
        "NO_SUCH_TABLE | SHOW CREATE TABLE nothing",
        "UNKNOWN_THREAD | KILL 4711",
        "PARSE_ERROR | SHOW NONSENSE",
      })
  void refusesWhatMySqlRefuses(MySqlError error, String statement) {
    assertThatThrownBy(() -> session.run(statement))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).as(e.getMessage()).isEqualTo(error));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW DATABASES LIKE 'd%'",
        "SHOW FULL TABLES FROM d",
        "SHOW TABLE STATUS LIKE 't'",
        "SHOW FULL COLUMNS FROM t",
        "DESCRIBE t",
        "SHOW INDEX FROM t",
        "SHOW CREATE DATABASE d",
        "SHOW GLOBAL STATUS LIKE 'Threads_connected'",
        "SHOW SESSION STATUS LIKE 'Ssl_version'",
        "SHOW FULL PROCESSLIST",
        "SHOW ENGINES",
        "SHOW CHARACTER SET",
        "SHOW COLLATION LIKE 'utf8mb4%'",
        "SHOW PRIVILEGES",
        "SHOW PLUGINS",
        "SHOW ENGINE INNODB STATUS",
        "SHOW GRANTS",
        "SHOW GRANTS FOR CURRENT_USER()",
        "SHOW CREATE USER root@localhost",
        "SHOW COUNT(*) WARNINGS",
        "SHOW TABLES FROM information_schema",
        "SHOW COLUMNS FROM information_schema.columns",
        "ANALYZE TABLE t",
      })
  void showsSomething(String statement) {
    assertThat(session.run(statement)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SHOW TRIGGERS",
        "SHOW EVENTS",
        "SHOW PROCEDURE STATUS",
        "SHOW FUNCTION STATUS WHERE Db = 'd'",
        "SHOW OPEN TABLES",
        "SHOW MASTER STATUS",
        "SHOW BINARY LOG STATUS",
        "SHOW REPLICA STATUS",
        "SHOW SLAVE STATUS",
        "SHOW WARNINGS",
        "FLUSH PRIVILEGES",
        "DROP VIEW IF EXISTS v",
      })
  void isEmptyWithoutError(String statement) {
    if (!statement.contains("WHERE")) {
      assertThat(session.run(statement)).isEmpty();
    }
  }

  @Test
  void describesColumns() {
    session.run(
        "CREATE TABLE c (id INT AUTO_INCREMENT PRIMARY KEY, u INT NOT NULL UNIQUE, k CHAR(2),"
            + " ts TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, KEY (k, u))");
    assertThat(session.run("DESC c"))
        .containsExactly(
            "id|int|NO|PRI|NULL|auto_increment",
            "u|int|NO|UNI|NULL|",
            "k|char(2)|YES|MUL|NULL|",
            "ts|timestamp|YES||CURRENT_TIMESTAMP|DEFAULT_GENERATED on update CURRENT_TIMESTAMP");
  }

  @Test
  void accountsLogInWithTheirPasswords() {
    session.run(
        "CREATE USER app@'10.0.%' IDENTIFIED BY 'secret', 'old'@'%' IDENTIFIED WITH"
            + " mysql_native_password BY 'word'");
    SqlServer.Account app = server.server.findAccount("app", "10.0.3.4").orElseThrow();
    assertThat(
            CachingSha2Password.verify(
                app.authentication(), "secret".getBytes(StandardCharsets.UTF_8)))
        .isTrue();
    assertThat(server.server.findAccount("app", "10.1.3.4")).isEmpty();
    SqlServer.Account old = server.server.findAccount("old", "anywhere").orElseThrow();
    assertThat(old.plugin()).isEqualTo(NativePassword.PLUGIN);
    assertThat(old.authentication())
        .isEqualTo(NativePassword.store("word".getBytes(StandardCharsets.UTF_8)));
    session.run("ALTER USER old ACCOUNT LOCK");
    assertThat(server.server.findAccount("old", "x").orElseThrow().locked()).isTrue();
    session.run("SET PASSWORD FOR old = 'new'");
    session.run("RENAME USER old TO older");
    session.run("DROP USER older, app@'10.0.%'");
    assertThatThrownBy(() -> session.run("DROP USER older"))
        .hasMessage("Operation DROP USER failed for 'older'@'%'");
  }

  @Test
  void privilegesAreCheckedAtEachLevel() {
    session.run("CREATE USER u@localhost");
    Session user = server.connect("u", "localhost");
    assertThat(user.run("SHOW DATABASES"))
        .containsExactly("information_schema", "performance_schema");
    assertRejected(MySqlError.DBACCESS_DENIED, user, "USE d");
    session.run("GRANT SELECT ON d.t TO u@localhost");
    user.run("USE d");
    assertThat(user.run("SHOW TABLES")).containsExactly("t");
    assertRejected(MySqlError.TABLEACCESS_DENIED, user, "DROP TABLE t");
    assertRejected(MySqlError.SPECIFIC_ACCESS_DENIED, user, "SET GLOBAL max_connections=5");
    assertRejected(MySqlError.SPECIFIC_ACCESS_DENIED, user, "CREATE USER x");
    session.run("GRANT CREATE, DROP ON d.* TO u@localhost WITH GRANT OPTION");
    user.run("CREATE TABLE mine (a INT)");
    user.run("DROP TABLE mine");
    assertThat(user.run("SHOW GRANTS"))
        .containsExactly(
            "GRANT USAGE ON *.* TO `u`@`localhost`",
            "GRANT CREATE, DROP ON `d`.* TO `u`@`localhost` WITH GRANT OPTION",
            "GRANT SELECT ON `d`.`t` TO `u`@`localhost`");
    session.run("REVOKE DROP ON d.* FROM u@localhost");
    assertRejected(MySqlError.TABLEACCESS_DENIED, user, "DROP TABLE t");
  }

  private static void assertRejected(MySqlError error, Session session, String statement) {
    assertThatThrownBy(() -> session.run(statement))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).as(e.getMessage()).isEqualTo(error));
  }

  @Test
  void accountsSurviveARestart() {
    session.run("CREATE USER u IDENTIFIED BY 'p'");
    session.run("GRANT ALL ON d.* TO u");
    server.close();
    server = SmallServer.open(server.log);
    session = server.connect("u", "elsewhere");
    session.run("USE d");
    assertThat(session.run("SHOW GRANTS"))
        .containsExactly(
            "GRANT USAGE ON *.* TO `u`@`%`", "GRANT ALL PRIVILEGES ON `d`.* TO `u`@`%`");
  }

  @Test
  void readOnlyRefusesWrites() {
    session.run("SET GLOBAL super_read_only=ON");
    assertRejected(MySqlError.OPTION_PREVENTS_STATEMENT, session, "CREATE TABLE x (a INT)");
    assertRejected(MySqlError.OPTION_PREVENTS_STATEMENT, session, "CREATE USER y");
    session.run("SET GLOBAL super_read_only=OFF");
    session.run("CREATE TABLE x (a INT)");
  }

  @Test
  void limitsConnections() {
    session.run("SET GLOBAL max_connections=3");
    session.run("CREATE USER u");
    Session first = server.connect("u", "h");
    server.connect("u", "h");
    assertThatThrownBy(() -> server.connect("u", "h")).hasMessage("Too many connections");
    server.connect();
    first.close();
    assertThatThrownBy(() -> server.connect("u", "h")).hasMessage("Too many connections");
  }
}
