package io.tidemark.tests.replica;

import io.tidemark.tests.process.DevProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Measures the time from a commit on the writer until its row is visible on the replica; driven by
/// `tests/bench/replica-lag.sh`, skipped without its properties. Its name keeps it out of the
/// suite.
class ReplicaLagProbe {
  @Test
  void measuresTheLag() throws Exception {
    int writerPort = Integer.getInteger("tidemark.lag.writer", 0);
    int replicaPort = Integer.getInteger("tidemark.lag.replica", 0);
    Assumptions.assumeTrue(writerPort != 0, "run by tests/bench/replica-lag.sh");
    long end = System.nanoTime() + Integer.getInteger("tidemark.lag.seconds", 10) * 1_000_000_000L;
    long[] micros = new long[1 << 20];
    int samples = 0;
    try (Connection writer = DevProcess.connect(writerPort, "&useServerPrepStmts=true");
        Connection replica = DevProcess.connect(replicaPort, "&useServerPrepStmts=true")) {
      try (Statement statement = writer.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS sbtest.probe (id INT PRIMARY KEY)");
      }
      awaitTable(replica);
      try (PreparedStatement insert =
              writer.prepareStatement("INSERT INTO sbtest.probe VALUES (?)");
          PreparedStatement select =
              replica.prepareStatement("SELECT id FROM sbtest.probe WHERE id = ?")) {
        while (System.nanoTime() < end && samples < micros.length) {
          insert.setInt(1, samples);
          insert.executeUpdate();
          long committed = System.nanoTime();
          select.setInt(1, samples);
          while (!isVisible(select)) {
            Thread.onSpinWait();
          }
          micros[samples++] = (System.nanoTime() - committed) / 1_000;
          Thread.sleep(2); // pacing of the probes, nothing is being synchronised with
        }
      }
    }
    Arrays.sort(micros, 0, samples);
    System.out.printf(
        "lag %s: p50 %d us, p99 %d us, max %d us, %d samples%n",
        System.getProperty("tidemark.lag.name", "server"),
        micros[samples / 2],
        micros[samples * 99 / 100],
        micros[samples - 1],
        samples);
  }

  private static boolean isVisible(PreparedStatement select) throws java.sql.SQLException {
    try (ResultSet rows = select.executeQuery()) {
      return rows.next();
    }
  }

  private static void awaitTable(Connection replica) throws Exception {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (true) {
      try (Statement statement = replica.createStatement()) {
        statement.executeQuery("SELECT id FROM sbtest.probe LIMIT 1").close();
        return;
      } catch (java.sql.SQLException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }
}
