package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.DevProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Eight clients transfer money while the server is killed with SIGKILL at random moments: the sum
/// never changes, in no snapshot of the replica either; every acknowledged transfer is in the
/// ledger, no rolled back one is, and the verifiers find nothing.
///
/// `-Dtidemark.crash.rounds=50` for the long run; `-Dtidemark.crash.seed=N` repeats one.
class TransferCrashTest {
  private static final int CLIENTS = 8;
  private static final int ACCOUNTS = 200;
  private static final int BALANCE = 1_000;

  @TempDir private Path directory;

  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> rolledBack = ConcurrentHashMap.newKeySet();
  private final AtomicLong nextTransfer = new AtomicLong(1);
  private final AtomicLong audits = new AtomicLong();

  @Test
  @Timeout(value = 60, unit = TimeUnit.MINUTES)
  void everyAcknowledgedTransferSurvivesKill() throws Exception {
    int rounds = Integer.getInteger("tidemark.crash.rounds", 3);
    long seed = Long.getLong("tidemark.crash.seed", System.nanoTime());
    System.out.println("TransferCrashTest: rounds " + rounds + ", seed " + seed);
    Random random = new Random(seed);
    Path data = directory.resolve("data");
    for (int round = 0; round < rounds; round++) {
      try (DevProcess server = DevProcess.start(data)) {
        if (round == 0) {
          createSchema(server);
        } else {
          check(server, round);
        }
        transferUntilKilled(server, random);
      }
    }
    try (DevProcess server = DevProcess.start(data)) {
      check(server, rounds);
      assertThat(server.terminate(Duration.ofSeconds(10))).isZero();
    }
    System.out.println(audits + " snapshots of the replica summed");
    assertThat(audits.get()).isPositive();
    VerifyCommand.run(data);
  }

  private static void createSchema(DevProcess server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE bank");
      statement.execute(
          "CREATE TABLE bank.account (id INT PRIMARY KEY, balance BIGINT NOT NULL, KEY (balance))");
      statement.execute(
          "CREATE TABLE bank.transfer (id BIGINT PRIMARY KEY, source INT NOT NULL,"
              + " target INT NOT NULL, amount INT NOT NULL, KEY (source, target))");
      for (int id = 0; id < ACCOUNTS; id++) {
        statement.execute("INSERT INTO bank.account VALUES (" + id + ", " + BALANCE + ")");
      }
    }
  }

  private void transferUntilKilled(DevProcess server, Random random) throws Exception {
    AtomicBoolean killed = new AtomicBoolean();
    CountDownLatch started = new CountDownLatch(CLIENTS);
    List<Thread> clients = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      long clientSeed = random.nextLong();
      clients.add(
          start(
              killed, failures, started, () -> runClient(server, new Random(clientSeed), started)));
    }
    clients.add(start(killed, failures, new CountDownLatch(1), () -> audit(server)));
    started.await();
    // The moment of the kill is the point of the test; nothing is being synchronised with.
    TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(1_500));
    killed.set(true);
    server.kill();
    for (Thread client : clients) {
      client.join();
    }
    assertThat(failures).as("errors before the kill").isEmpty();
  }

  /// Work of a client, which ends when its connection breaks.
  private interface Client {
    void run() throws SQLException;
  }

  private static Thread start(
      AtomicBoolean killed, List<Throwable> failures, CountDownLatch started, Client client) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            client.run();
          } catch (SQLException | AssertionError e) {
            if (!killed.get() || e instanceof AssertionError) {
              synchronized (failures) {
                failures.add(e);
              }
            }
          } finally {
            started.countDown();
          }
        });
  }

  /// Sums the balances on the replica again and again.
  private void audit(DevProcess server) throws SQLException {
    try (Connection connection = server.connectToReplica();
        Statement statement = connection.createStatement()) {
      while (true) {
        try (ResultSet sum =
            statement.executeQuery("SELECT COUNT(*), SUM(balance) FROM bank.account")) {
          assertThat(sum.next()).isTrue();
          if (sum.getInt(1) == ACCOUNTS) {
            assertThat(sum.getLong(2)).as("sum on the replica").isEqualTo(ACCOUNTS * BALANCE);
            audits.incrementAndGet();
          } else {
            assertThat(acknowledged).as("accounts on the replica %d", sum.getInt(1)).isEmpty();
          }
        } catch (SQLException e) {
          if (e.getErrorCode() != 1049 && e.getErrorCode() != 1146) {
            throw e; // another error than that the table has not arrived yet
          }
        }
      }
    }
  }

  /// Transfers until the connection breaks.
  private void runClient(DevProcess server, Random random, CountDownLatch started)
      throws SQLException {
    try (Connection connection = server.connect();
        PreparedStatement debit =
            connection.prepareStatement(
                "UPDATE bank.account SET balance = balance - ? WHERE id = ?");
        PreparedStatement credit =
            connection.prepareStatement(
                "UPDATE bank.account SET balance = balance + ? WHERE id = ?");
        PreparedStatement record =
            connection.prepareStatement("INSERT INTO bank.transfer VALUES (?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      while (true) {
        long id = nextTransfer.getAndIncrement();
        int source = random.nextInt(ACCOUNTS);
        int target = (source + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        int amount = 1 + random.nextInt(50);
        try {
          execute(debit, amount, source);
          execute(credit, amount, target);
          record.setLong(1, id);
          record.setInt(2, source);
          record.setInt(3, target);
          record.setInt(4, amount);
          record.executeUpdate();
          if (random.nextInt(10) == 0) {
            connection.rollback();
            rolledBack.add(id);
          } else {
            connection.commit();
            acknowledged.add(id);
          }
        } catch (SQLException e) {
          if (e.getErrorCode() != 1213) {
            throw e;
          }
          connection.rollback();
        }
        started.countDown();
      }
    }
  }

  private static void execute(PreparedStatement statement, int amount, int account)
      throws SQLException {
    statement.setInt(1, amount);
    statement.setInt(2, account);
    assertThat(statement.executeUpdate()).isEqualTo(1);
  }

  private void check(DevProcess server, int round) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      long[] expected = new long[ACCOUNTS];
      Arrays.fill(expected, BALANCE);
      Set<Long> present = new HashSet<>();
      try (ResultSet rows =
          statement.executeQuery("SELECT id, source, target, amount FROM bank.transfer")) {
        while (rows.next()) {
          present.add(rows.getLong(1));
          expected[rows.getInt(2)] -= rows.getInt(4);
          expected[rows.getInt(3)] += rows.getInt(4);
        }
      }
      Set<Long> lost = new HashSet<>(acknowledged);
      lost.removeAll(present);
      Set<Long> returned = new HashSet<>(rolledBack);
      returned.retainAll(present);
      assertThat(returned).as("rolled back transfers present in round %d", round).isEmpty();
      assertThat(lost).as("acknowledged transfers lost by round %d", round).isEmpty();
      try (ResultSet rows = statement.executeQuery("SELECT id, balance FROM bank.account")) {
        int count = 0;
        while (rows.next()) {
          assertThat(rows.getLong(2))
              .as("balance of account %d after round %d", rows.getInt(1), round)
              .isEqualTo(expected[rows.getInt(1)]);
          count++;
        }
        assertThat(count).isEqualTo(ACCOUNTS);
      }
      System.out.println(
          "round "
              + round
              + ": "
              + acknowledged.size()
              + " acknowledged, "
              + present.size()
              + " present");
    }
  }
}
