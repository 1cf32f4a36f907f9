package io.tidemark.sql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.sql.session.SqlSession;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SessionTest {
  private TestServer server;
  private TestClient client;

  @BeforeEach
  void open() {
    server = TestServer.open();
    client = server.connect();
    client.run("CREATE TABLE t (id INT PRIMARY KEY, v INT NOT NULL)");
    client.run("INSERT INTO t VALUES (1,10),(2,20),(3,30)");
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void preparedStatementsFollowTheTypesOfTheirParameters() {
    try (SqlSession.PreparedStatement statement =
        client.session().prepare("SELECT v FROM t WHERE id = ?".getBytes(StandardCharsets.UTF_8))) {
      assertThat(client.execute(statement, 2)).containsExactly("20");
      assertThat(client.execute(statement, "3")).containsExactly("30");
      assertThat(client.execute(statement, (Object) new Object[] {})).isEmpty();
      assertThat(client.execute(statement, 1L)).containsExactly("10");
    }
  }

  @Test
  void preparedStatementsFollowTheirTables() {
    try (SqlSession.PreparedStatement statement =
        client.session().prepare("SELECT * FROM t WHERE id = ?".getBytes(StandardCharsets.UTF_8))) {
      assertThat(client.execute(statement, 2)).containsExactly("2\t20");
      client.run("ALTER TABLE t ADD COLUMN w INT DEFAULT 7");
      assertThat(client.execute(statement, 2)).containsExactly("2\t20\t7");
      client.run("DROP TABLE t");
      assertThat(client.execute(statement, 2))
          .containsExactly("ERROR 1146: Table 'test.t' doesn't exist");
    }
  }

  @Test
  void cachedPlansFollowTheirTables() {
    assertThat(client.run("SELECT * FROM t WHERE id = 1")).containsExactly("1\t10");
    client.run("CREATE INDEX v ON t (v)");
    assertThat(client.run("SELECT id FROM t WHERE v = 20")).containsExactly("2");
    client.run("DROP INDEX v ON t");
    assertThat(client.run("SELECT id FROM t WHERE v = 30")).containsExactly("3");
  }

  @Test
  void othersSeeOnlyWhatIsCommitted() {
    try (TestClient other = server.connect()) {
      client.run("BEGIN");
      client.run("UPDATE t SET v = 11 WHERE id = 1");
      assertThat(other.value("SELECT v FROM t WHERE id = 1")).isEqualTo("10");
      client.run("COMMIT");
      assertThat(other.value("SELECT v FROM t WHERE id = 1")).isEqualTo("11");
    }
  }

  @Test
  void aFailingStatementLeavesTheTransactionAsItWas() {
    client.run("BEGIN");
    client.run("INSERT INTO t VALUES (4,40)");
    assertThat(client.lines("INSERT INTO t VALUES (5,50),(4,0)").getFirst())
        .startsWith("ERROR 1062");
    client.run("COMMIT");
    assertThat(client.value("SELECT GROUP_CONCAT(id ORDER BY id) FROM t")).isEqualTo("1,2,3,4");
  }

  @Test
  void lockedRowsAreRefusedOrSkippedOnDemand() {
    try (TestClient other = server.connect()) {
      client.run("BEGIN");
      client.run("SELECT * FROM t WHERE id = 2 FOR UPDATE");
      assertThat(other.lines("SELECT * FROM t WHERE id = 2 FOR UPDATE NOWAIT").getFirst())
          .startsWith("ERROR 3572");
      assertThat(other.run("SELECT id FROM t ORDER BY id FOR UPDATE SKIP LOCKED"))
          .containsExactly("1", "3");
      client.run("ROLLBACK");
    }
  }

  @Test
  void concurrentIncrementsAreAllCounted() throws InterruptedException {
    int threads = 4;
    int each = 50;
    CountDownLatch start = new CountDownLatch(1);
    AtomicInteger failures = new AtomicInteger();
    List<Thread> list = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          Thread.ofVirtual()
              .unstarted(() -> {
                try (TestClient own = server.connect()) {
                  start.await();
                  for (int n = 0; n < each; n++) {
                    own.run("UPDATE t SET v = v + 1 WHERE id = 1");
                  }
                } catch (Exception | AssertionError e) {
                  failures.incrementAndGet();
                }
              });
      thread.start();
      list.add(thread);
    }
    start.countDown();
    for (Thread thread : list) {
      thread.join(TimeUnit.SECONDS.toMillis(30));
    }
    assertThat(failures.get()).isZero();
    assertThat(client.value("SELECT v FROM t WHERE id = 1")).isEqualTo("" + (10 + threads * each));
  }

  @Test
  void aLongStatementCanBeInterrupted() throws InterruptedException {
    List<String> result = new ArrayList<>();
    CountDownLatch begun = new CountDownLatch(1);
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              begun.countDown();
              result.addAll(
                  client.lines(
                      "SELECT COUNT(*) FROM t a, t b, t c, t d, t e, t f, t g, t h, t i, t j, t k, t"
                          + " l, t m, t n, t o, t p, t q, t r"));
            });
    begun.await();
    while (thread.isAlive()) {
      client.session().interrupt();
      thread.join(20);
    }
    assertThat(result).containsExactly("ERROR 1317: Query execution was interrupted");
  }
}
