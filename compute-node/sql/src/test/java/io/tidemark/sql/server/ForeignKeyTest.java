package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ForeignKeyTest {
  private TestServer server;
  private TestClient client;

  @BeforeEach
  void open() {
    server = TestServer.open();
    client = server.connect();
    client.run("CREATE TABLE p (id INT PRIMARY KEY, n VARCHAR(10))");
    client.run(
        "CREATE TABLE c (id INT PRIMARY KEY, pid INT, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p"
            + " (id))");
    client.run("INSERT INTO p VALUES (1,'a'),(2,'b'),(3,'c')");
    client.run("INSERT INTO c VALUES (10,1),(11,NULL)");
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  private void fails(int error, String sql) {
    assertThat(client.lines(sql)).hasSize(1);
    assertThat(client.lines(sql).getFirst()).startsWith("ERROR " + error);
  }

  @Test
  void childrenNeedTheirParents() {
    assertThat(client.lines("INSERT INTO c VALUES (12, 9)").getFirst())
        .isEqualTo(
            "ERROR 1452: Cannot add or update a child row: a foreign key constraint fails"
                + " (`test`.`c`, CONSTRAINT `fk` FOREIGN KEY (`pid`) REFERENCES `p` (`id`))");
    fails(1452, "UPDATE c SET pid = 9 WHERE id = 10");
    client.run("UPDATE c SET pid = 2 WHERE id = 10");
    client.run("INSERT INTO c VALUES (12, 3)");
    fails(1452, "INSERT INTO c VALUES (13, 3), (14, 99)");
    assertThat(client.value("SELECT COUNT(*) FROM c")).isEqualTo("3");
  }

  @Test
  void parentsWithChildrenStay() {
    fails(1451, "DELETE FROM p WHERE id = 1");
    fails(1451, "DELETE FROM p");
    fails(1451, "UPDATE p SET id = 9 WHERE id = 1");
    client.run("UPDATE p SET n = 'z' WHERE id = 1");
    client.run("DELETE FROM p WHERE id = 2");
    assertThat(client.value("SELECT COUNT(*) FROM p")).isEqualTo("2");
    fails(3730, "DROP TABLE p");
    fails(1701, "TRUNCATE p");
    client.run("SET foreign_key_checks = 0");
    client.run("DELETE FROM p WHERE id = 1");
    client.run("INSERT INTO c VALUES (20, 77)");
    client.run("SET foreign_key_checks = 1");
    client.run("DROP TABLE c, p");
  }

  @Test
  void deletesCascadeAndSetNull() {
    client.run(
        "CREATE TABLE g (id INT PRIMARY KEY, cid INT, FOREIGN KEY (cid) REFERENCES c (id) ON DELETE"
            + " CASCADE)");
    client.run(
        "CREATE TABLE h (id INT PRIMARY KEY, gid INT, FOREIGN KEY (gid) REFERENCES g (id) ON DELETE"
            + " SET NULL)");
    client.run("INSERT INTO g VALUES (100, 10), (101, 11), (102, 10)");
    client.run("INSERT INTO h VALUES (1000, 100), (1001, 101)");
    client.run("DELETE FROM c WHERE id = 10");
    assertThat(client.run("SELECT id FROM g")).containsExactly("101");
    assertThat(client.run("SELECT id, gid FROM h")).containsExactly("1000\tNULL", "1001\t101");
  }

  @Test
  void alterAddsAndDropsThem() {
    client.run("CREATE TABLE d (id INT PRIMARY KEY, pid INT)");
    client.run("INSERT INTO d VALUES (1, 1), (2, 99)");
    fails(1452, "ALTER TABLE d ADD CONSTRAINT x FOREIGN KEY (pid) REFERENCES p (id)");
    client.run("DELETE FROM d WHERE id = 2");
    client.run("ALTER TABLE d ADD CONSTRAINT x FOREIGN KEY (pid) REFERENCES p (id)");
    assertThat(client.value("SHOW CREATE TABLE d"))
        .contains("KEY `x` (`pid`)", "CONSTRAINT `x` FOREIGN KEY (`pid`) REFERENCES `p` (`id`)");
    fails(1553, "ALTER TABLE d DROP KEY x");
    fails(1828, "ALTER TABLE d DROP COLUMN pid");
    fails(1832, "ALTER TABLE p MODIFY id BIGINT");
    fails(
        1822,
        "CREATE TABLE e (a VARCHAR(10), FOREIGN KEY (a) REFERENCES nothing (n))"
            .replace("nothing", "p"));
    fails(3780, "CREATE TABLE e (a BIGINT, FOREIGN KEY (a) REFERENCES p (id))");
    client.run("ALTER TABLE d DROP FOREIGN KEY x");
    client.run("INSERT INTO d VALUES (5, 12345)");
    assertThat(
            client.run(
                "SELECT constraint_name, referenced_table_name FROM"
                    + " information_schema.key_column_usage WHERE referenced_table_name = 'p'"))
        .containsExactly("fk\tp");
  }

  @Test
  void aParentThatComesLaterMustFit() {
    client.run("SET foreign_key_checks = 0");
    client.run("CREATE TABLE k (id INT PRIMARY KEY, x INT, FOREIGN KEY (x) REFERENCES late (id))");
    client.run("SET foreign_key_checks = 1");
    fails(1452, "INSERT INTO k VALUES (1, 1)");
    fails(3780, "CREATE TABLE late (id VARCHAR(5) PRIMARY KEY)");
    fails(1822, "CREATE TABLE late (id INT)");
    client.run("CREATE TABLE late (id INT PRIMARY KEY)");
    client.run("INSERT INTO late VALUES (1)");
    client.run("INSERT INTO k VALUES (1, 1)");
  }
}
