package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InformationSchemaTest {
  @Test
  void everyTableCanBeReadAndFitsItsColumns() {
    try (TestServer server = TestServer.open();
        TestClient client = server.connect()) {
      client.run("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, a TEXT, KEY (a(3)))");
      for (String schema : List.of("information_schema", "performance_schema")) {
        List<String> tables = client.run("SHOW TABLES FROM " + schema);
        assertThat(tables).isNotEmpty();
        for (String table : tables) {
          int columns = client.run("SHOW COLUMNS FROM " + schema + "." + table).size();
          for (String row : client.run("SELECT * FROM " + schema + "." + table)) {
            assertThat(row.split("\t", -1)).as(table).hasSize(columns);
          }
        }
      }
    }
  }

  @Test
  void tellsWhetherCommitsAreSlowed() {
    try (TestServer server = TestServer.open();
        TestClient client = server.connect()) {
      String query =
          "SELECT throttled, throttled_by, limit_bytes, throttled_commits"
              + " FROM information_schema.tidemark_back_pressure";
      assertThat(client.run(query)).containsExactly("NO\t\t1073741824\t0");
      client.run("SET GLOBAL tidemark_max_page_server_lag=123456789");
      assertThat(client.run(query)).containsExactly("NO\t\t123456789\t0");
      assertThat(client.run("SHOW STATUS LIKE 'Tidemark_throttled_commits'"))
          .containsExactly("Tidemark_throttled_commits\t0");
    }
  }
}
