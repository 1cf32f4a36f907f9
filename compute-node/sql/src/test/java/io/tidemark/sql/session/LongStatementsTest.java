package io.tidemark.sql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.sql.server.TestClient;
import io.tidemark.sql.server.TestServer;
import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LongStatementsTest {
  private static final int LARGEST = Integer.MAX_VALUE;
  private static final int SHARE = 64 << 10;

  @Test
  void enterAsFarAsThereIsRoom() {
    LongStatements statements = new LongStatements(4L * SHARE * 256, Duration.ofMillis(1));
    int first = statements.enter(2 * SHARE);
    int second = statements.enter(2 * SHARE);
    assertRefused(statements, SHARE);
    assertThat(statements.enter(SHARE - 1)).isZero();
    statements.leave(first);
    int third = statements.enter(SHARE);
    assertRefused(statements, 2 * SHARE);
    statements.leave(second);
    statements.leave(third);
    assertThat(statements.enter(LARGEST)).isEqualTo(first + second);
    assertRefused(statements, LARGEST);
  }

  private static void assertRefused(LongStatements statements, int bytes) {
    assertThatThrownBy(() -> statements.enter(bytes))
        .isInstanceOfSatisfying(
            Rejected.class, e -> assertThat(e.error()).isEqualTo(MySqlError.OUT_OF_MEMORY));
  }

  @Test
  void rowsOfLiteralsNeedNoRoom() throws InterruptedException {
    String literals = "INSERT INTO t VALUES " + "(1,'a'),".repeat(20_000) + "(2,NULL)";
    String expressions = "INSERT INTO t VALUES " + "(1,''),".repeat(20_000) + "(1+1,NULL)";
    try (TestServer server = TestServer.open();
        TestClient client = server.connect()) {
      client.run("CREATE TABLE t (a INT, b VARCHAR(10))");
      int all = LongStatements.ofProcess().enter(LARGEST);
      try {
        assertThat(client.run(literals))
            .containsExactly("OK 20001 (Records: 20001  Duplicates: 0  Warnings: 0)");
        assertThat(client.prepared(literals).getFirst()).startsWith("OK 20001");
        // An interrupted thread gives up at once where it would have to wait.
        assertThat(interrupted(() -> client.lines(expressions)))
            .containsExactly("ERROR 1317: Query execution was interrupted");
        assertThat(interrupted(() -> prepare(client, expressions))).containsExactly("1317");
      } finally {
        LongStatements.ofProcess().leave(all);
      }
      assertThat(client.run(expressions).getFirst()).startsWith("OK 20001");
    }
  }

  private static List<String> prepare(TestClient client, String sql) {
    try (SqlSession.PreparedStatement statement =
        client.session().prepare(sql.getBytes(StandardCharsets.UTF_8))) {
      return List.of("prepared with " + statement.parameterCount());
    } catch (Rejected e) {
      return List.of("" + e.error().number());
    }
  }

  private static List<String> interrupted(java.util.function.Supplier<List<String>> work)
      throws InterruptedException {
    List<String> lines = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              Thread.currentThread().interrupt();
              lines.addAll(work.get());
            });
    thread.join();
    return lines;
  }
}
