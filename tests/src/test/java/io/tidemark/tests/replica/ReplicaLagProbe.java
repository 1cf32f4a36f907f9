package io.tidemark.tests.replica;

import io.tidemark.tests.process.DevProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Measures the time from a commit on the writer until its row is visible on the replica; driven by
/// `tests/bench/replica-lag.sh`, skipped without its properties. Its name keeps it out of the
/// suite.
///
/// One thread commits numbered rows at a steady pace, whether the replica keeps up or not; another
/// asks the replica for the highest number. So a replica that falls behind shows its whole lag, not
/// the few samples that fit between two answers.
class ReplicaLagProbe {
  private static final long PACE_NANOS = 3_000_000;
  private static final long CATCH_UP_NANOS = 120_000_000_000L;

  private final AtomicLongArray committedNanos = new AtomicLongArray(1 << 20);
  private final AtomicInteger committed = new AtomicInteger();
  private volatile boolean writing = true;

  @Test
  void measuresTheLag() throws Exception {
    int writerPort = Integer.getInteger("tidemark.lag.writer", 0);
    int replicaPort = Integer.getInteger("tidemark.lag.replica", 0);
    Assumptions.assumeTrue(writerPort != 0, "run by tests/bench/replica-lag.sh");
    long nanos = Integer.getInteger("tidemark.lag.seconds", 10) * 1_000_000_000L;
    try (Connection writer = DevProcess.connect(writerPort, "&useServerPrepStmts=true");
        Connection replica = DevProcess.connect(replicaPort, "&useServerPrepStmts=true")) {
      try (Statement statement = writer.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS sbtest.probe (id INT PRIMARY KEY)");
      }
      awaitTable(replica);
      Thread thread = Thread.ofPlatform().start(() -> commitRows(writer, nanos));
      long[] lags = watch(replica);
      thread.join();
      print(lags);
    }
  }

  private void commitRows(Connection writer, long nanos) {
    long end = System.nanoTime() + nanos;
    try (PreparedStatement insert =
        writer.prepareStatement("INSERT INTO sbtest.probe VALUES (?)")) {
      for (int id = 1; id < committedNanos.length() && System.nanoTime() < end; id++) {
        insert.setInt(1, id);
        insert.executeUpdate();
        committedNanos.set(id, System.nanoTime());
        committed.set(id);
        LockSupport.parkNanos(PACE_NANOS); // the pace of the probes; nothing is waited for
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    } finally {
      writing = false;
    }
  }

  /// Nanoseconds from each row's commit until it was seen. A row may be seen before its writer has
  /// noted the time of its commit: that is a lag of zero.
  private long[] watch(Connection replica) throws SQLException {
    long[] lags = new long[committedNanos.length()];
    int seen = 0;
    long deadline = Long.MAX_VALUE;
    try (PreparedStatement select = replica.prepareStatement("SELECT MAX(id) FROM sbtest.probe")) {
      while (writing || seen < committed.get()) {
        if (!writing && deadline == Long.MAX_VALUE) {
          deadline = System.nanoTime() + CATCH_UP_NANOS;
        }
        if (System.nanoTime() > deadline) {
          System.out.printf("lag: %d rows never came%n", committed.get() - seen);
          break;
        }
        int highest = highest(select);
        long now = System.nanoTime();
        for (; seen < highest; seen++) {
          long at = committedNanos.get(seen + 1);
          lags[seen] = at == 0 ? 0 : Math.max(0, now - at);
        }
      }
    }
    return Arrays.copyOf(lags, seen);
  }

  private static int highest(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static void print(long[] lags) {
    Arrays.sort(lags);
    System.out.printf(
        "lag %s: p50 %d us, p99 %d us, max %d us, %d samples%n",
        System.getProperty("tidemark.lag.name", "server"),
        lags[lags.length / 2] / 1_000,
        lags[lags.length * 99 / 100] / 1_000,
        lags[lags.length - 1] / 1_000,
        lags.length);
  }

  private static void awaitTable(Connection replica) throws Exception {
    long deadline = System.nanoTime() + 120_000_000_000L;
    while (true) {
      try (Statement statement = replica.createStatement()) {
        statement.executeQuery("SELECT id FROM sbtest.probe LIMIT 1").close();
        return;
      } catch (SQLException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
    }
  }
}
