package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// INSERT of many rows, which go to the engine together, answers as if one went after another.
final class ManyRowsTest {
  private TestServer server;
  private TestClient client;

  @BeforeEach
  void open() {
    server = TestServer.open();
    client = server.connect();
    client.run("CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL, UNIQUE KEY v (v))");
    client.run("INSERT INTO t VALUES (1,10),(2,20),(3,30)");
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private static String values(int first, int end) {
    return IntStream.range(first, end)
        .mapToObj(id -> "(" + id + "," + id * 10 + ")")
        .collect(Collectors.joining(","));
  }

  @Test
  void insertsMoreRowsThanABatchTakes() {
    client.run("INSERT INTO t VALUES " + values(4, 1000));
    assertThat(client.run("SELECT COUNT(*), SUM(id), SUM(v) FROM t"))
        .containsExactly("999\t499500\t4995000");
    assertThat(client.run("SELECT id FROM t FORCE INDEX (v) WHERE v = 7770"))
        .containsExactly("777");
  }

  @Test
  void undoesAllRowsOfAStatementThatFails() {
    client.run("BEGIN");
    client.run("INSERT INTO t VALUES (5000,1),(5001,2)");
    assertThat(
            client.lines("INSERT INTO t VALUES " + values(10, 700) + ",(2,5)," + values(700, 800)))
        .containsExactly("ERROR 1062: Duplicate entry '2' for key 't.PRIMARY'");
    assertThat(
            client.lines("INSERT INTO t VALUES " + values(10, 400) + ",(6000,20)," + values(1, 9)))
        .containsExactly("ERROR 1062: Duplicate entry '20' for key 't.v'");
    client.run("COMMIT");
    assertThat(client.run("SELECT id FROM t ORDER BY id"))
        .containsExactly("1", "2", "3", "5000", "5001");
  }

  @Test
  void tellsTheErrorOfTheFirstRowThatFails() {
    assertThat(client.lines("INSERT INTO t VALUES (8,80),(1,90),(9,'x')"))
        .containsExactly("ERROR 1062: Duplicate entry '1' for key 't.PRIMARY'");
    assertThat(client.lines("INSERT INTO t VALUES (8,80),(9,'x'),(1,90)"))
        .containsExactly("ERROR 1366: Incorrect integer value: 'x' for column 'v' at row 2");
    assertThat(client.lines("INSERT INTO t VALUES (8,30),(1,90)"))
        .containsExactly("ERROR 1062: Duplicate entry '30' for key 't.v'");
    assertThat(client.lines("INSERT INTO t VALUES (8,80),(8,81),(1,NULL)"))
        .containsExactly("ERROR 1062: Duplicate entry '8' for key 't.PRIMARY'");
    assertThat(client.run("SELECT COUNT(*) FROM t")).containsExactly("3");
  }

  @Test
  void forgetsTheWarningsOfRowsBehindTheOneThatFails() {
    client.run("SET sql_mode = ''");
    assertThat(client.lines("INSERT INTO t VALUES (8,'80x'),(1,'90y'),(9,'100z')"))
        .containsExactly("ERROR 1062: Duplicate entry '1' for key 't.PRIMARY'");
    assertThat(client.run("SHOW WARNINGS"))
        .containsExactly(
            "Warning\t1265\tData truncated for column 'v' at row 1",
            "Warning\t1265\tData truncated for column 'v' at row 2",
            "Error\t1062\tDuplicate entry '1' for key 't.PRIMARY'");
  }

  @Test
  void evaluatesNothingThatShowsBehindTheRowThatFails() {
    client.run("SET @a = 0");
    assertThat(client.lines("INSERT INTO t VALUES (8,@a:=@a+1),(1,@a:=@a+1),(9,@a:=@a+1)"))
        .containsExactly("ERROR 1062: Duplicate entry '1' for key 't.PRIMARY'");
    assertThat(client.run("SELECT @a")).containsExactly("2");
    client.run("CREATE TABLE s (id INT PRIMARY KEY)");
    client.run("INSERT INTO s VALUES (7),(1),(8),(9)");
    client.run("SET @a = 100");
    assertThat(client.lines("INSERT INTO t SELECT 8 - id, @a:=@a+1 FROM s"))
        .containsExactly("ERROR 1062: Duplicate entry '1' for key 't.PRIMARY'");
    assertThat(client.run("SELECT @a")).containsExactly("102");
  }

  @Test
  void insertsWhatAQueryGives() {
    client.run("INSERT INTO t VALUES " + values(4, 600));
    client.run("INSERT INTO t SELECT id + 1000, v + 10000 FROM t");
    assertThat(client.run("SELECT COUNT(*), MAX(id), MAX(v) FROM t"))
        .containsExactly("1198\t1599\t15990");
    client.run("CREATE TABLE copy (id INT, v INT, KEY v (v))");
    client.run("INSERT INTO copy SELECT * FROM t");
    client.run("INSERT INTO copy SELECT * FROM copy WHERE id <= 3");
    assertThat(client.run("SELECT COUNT(*), COUNT(DISTINCT id) FROM copy"))
        .containsExactly("1201\t1198");
    assertThat(client.run("SELECT COUNT(*) FROM copy FORCE INDEX (v) WHERE v < 31"))
        .containsExactly("6");
    assertThat(client.lines("INSERT INTO t SELECT id + 2000, v DIV 100 + 50000 FROM t ORDER BY id"))
        .containsExactly("ERROR 1062: Duplicate entry '50000' for key 't.v'");
    assertThat(client.run("SELECT COUNT(*) FROM t")).containsExactly("1198");
  }

  @Test
  void givesOutNumbersAsBefore() {
    client.run("CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY, v INT)");
    String rows =
        IntStream.range(0, 600).mapToObj(i -> "(" + i + ")").collect(Collectors.joining(","));
    client.run("INSERT INTO a (v) VALUES " + rows);
    assertThat(client.run("SELECT LAST_INSERT_ID(), COUNT(*), MAX(id) FROM a"))
        .containsExactly("1\t600\t600");
    client.run("INSERT INTO a VALUES (NULL,1),(1000,2),(NULL,3)");
    assertThat(client.run("SELECT LAST_INSERT_ID(), MAX(id) FROM a")).containsExactly("601\t1000");
    assertThat(client.lines("INSERT INTO a VALUES (NULL,1),(1000,2),(NULL,3)"))
        .containsExactly("ERROR 1062: Duplicate entry '1000' for key 'a.PRIMARY'");
    assertThat(client.run("SELECT LAST_INSERT_ID()")).containsExactly("601");
  }

  @Test
  void rowsMayReferToThoseBeforeThem() {
    client.run(
        "CREATE TABLE tree (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES tree"
            + " (id))");
    client.run("INSERT INTO tree VALUES (1,NULL),(2,1),(3,2),(4,3)");
    assertThat(client.run("SELECT COUNT(*) FROM tree")).containsExactly("4");
    assertThat(client.lines("INSERT INTO tree VALUES (6,5),(5,1)").getFirst())
        .startsWith("ERROR 1452");
    assertThat(client.run("SELECT COUNT(*) FROM tree")).containsExactly("4");
  }

  @Test
  void aRowOfAnotherTransactionIsWaitedForInTheMiddle() {
    try (TestClient other = server.connect()) {
      other.run("BEGIN");
      other.run("INSERT INTO t VALUES (50,1)");
      client.run("SET innodb_lock_wait_timeout = 1");
      client.run("BEGIN");
      assertThat(client.lines("INSERT INTO t VALUES " + values(40, 60)))
          .containsExactly("ERROR 1205: Lock wait timeout exceeded; try restarting transaction");
      other.run("ROLLBACK");
      client.run("INSERT INTO t VALUES " + values(40, 60));
      client.run("COMMIT");
      assertThat(client.run("SELECT COUNT(*) FROM t")).containsExactly("23");
    }
  }
}
