package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A bank: clients transfer money between accounts and note each transfer in a ledger, an auditor
/// sums the balances on a replica.
///
/// What has to hold whatever is killed meanwhile: the sum never changes, in no snapshot; every
/// acknowledged transfer is in the ledger, no rolled back one is, and the balances are what the
/// ledger says. Used by one test's thread.
public final class TransferLoad {
  private static final int CLIENTS = 8;
  private static final int ACCOUNTS = 200;
  private static final int BALANCE = 1_000;
  private static final int ER_LOCK_DEADLOCK = 1213;
  private static final int ER_BAD_DB_ERROR = 1049;
  private static final int ER_NO_SUCH_TABLE = 1146;
  private static final long RECONNECT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Endpoint writer;
  private final Endpoint replica;
  private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
  private final Set<Long> rolledBack = ConcurrentHashMap.newKeySet();
  private final AtomicLong nextTransfer = new AtomicLong(1);
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong audits = new AtomicLong();
  private final AtomicLong lastCommitNanos = new AtomicLong();
  private final AtomicLong longestPauseNanos = new AtomicLong();
  private final List<Throwable> failures = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  private volatile boolean stopped;
  private volatile boolean errorsExpected;

  /// Where to connect now; another place after a failover.
  @FunctionalInterface
  public interface Endpoint {
    Connection connect() throws SQLException;
  }

  public TransferLoad(Endpoint writer, Endpoint replica) {
    this.writer = writer;
    this.replica = replica;
  }

  /// What a client or the auditor does on one connection, until it breaks or all are told to stop.
  @FunctionalInterface
  private interface Work {
    void run(Connection connection) throws SQLException;
  }

  public void createSchema() throws SQLException {
    try (Connection connection = writer.connect();
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

  /// Starts clients and auditor; returns when each client has tried a transfer.
  public void start(Random random) throws InterruptedException {
    stopped = false;
    errorsExpected = false;
    resetLongestPause();
    CountDownLatch started = new CountDownLatch(CLIENTS);
    for (int client = 0; client < CLIENTS; client++) {
      Random own = new Random(random.nextLong());
      threads.add(thread(writer, connection -> transfer(connection, own, started)));
    }
    threads.add(thread(replica, this::audit));
    assertThat(started.await(60, TimeUnit.SECONDS)).as("clients started").isTrue();
  }

  /// From here on a statement or connection may fail; its client comes again. Before that an error
  /// fails the test.
  public void expectErrors() {
    errorsExpected = true;
  }

  /// From here on errors fail the test again. Whoever is being refused still has to be served
  /// first: waits for that.
  public void expectNoErrors() throws InterruptedException {
    awaitCommits(2 * CLIENTS, Duration.ofSeconds(60));
    errorsExpected = false;
  }

  /// Stops all and checks that nothing failed unexpectedly.
  public void stop() throws InterruptedException {
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    threads.clear();
    synchronized (failures) {
      assertThat(failures).as("unexpected errors").isEmpty();
    }
  }

  /// Waits for so many more commits, and fails if they do not come.
  public void awaitCommits(int count, Duration patience) throws InterruptedException {
    long wanted = commits.get() + count;
    long end = System.nanoTime() + patience.toNanos();
    while (commits.get() < wanted) {
      assertThat(System.nanoTime()).as("waiting for %d commits", count).isLessThan(end);
      synchronized (failures) {
        assertThat(failures).as("unexpected errors").isEmpty();
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /// Waits until no commit has been acknowledged for `still`.
  public void awaitStandstill(Duration still, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() - lastCommitNanos.get() < still.toNanos()) {
      assertThat(System.nanoTime()).as("waiting for commits to stand still").isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  public void resetLongestPause() {
    lastCommitNanos.set(System.nanoTime());
    longestPauseNanos.set(0);
  }

  /// The longest time in which no client's commit was acknowledged.
  public Duration longestPause() {
    long running = System.nanoTime() - lastCommitNanos.get();
    return Duration.ofNanos(Math.max(running, longestPauseNanos.get()));
  }

  public int acknowledged() {
    return acknowledged.size();
  }

  /// How many snapshots of the replica have been summed.
  public long audits() {
    return audits.get();
  }

  private Thread thread(Endpoint endpoint, Work work) {
    return Thread.ofPlatform()
        .start(() -> {
          while (!stopped) {
            try (Connection connection = endpoint.connect()) {
              work.run(connection);
            } catch (SQLException e) {
              if (!errorsExpected && !stopped) {
                fail(e);
                return;
              }
              LockSupport.parkNanos(RECONNECT_NANOS);
            } catch (AssertionError e) {
              fail(e);
              return;
            }
          }
        });
  }

  private void fail(Throwable failure) {
    synchronized (failures) {
      failures.add(failure);
    }
  }

  /// Sums the balances again and again.
  private void audit(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      while (!stopped) {
        try (ResultSet sum =
            statement.executeQuery("SELECT COUNT(*), SUM(balance) FROM bank.account")) {
          assertThat(sum.next()).isTrue();
          if (sum.getInt(1) == ACCOUNTS) {
            assertThat(sum.getLong(2)).as("sum on the replica").isEqualTo(ACCOUNTS * BALANCE);
            audits.incrementAndGet();
          } else {
            // It may be behind the first transfers, but never goes back.
            assertThat(audits).as("accounts on the replica %d", sum.getInt(1)).hasValue(0);
          }
        } catch (SQLException e) {
          if (e.getErrorCode() != ER_BAD_DB_ERROR && e.getErrorCode() != ER_NO_SUCH_TABLE) {
            throw e; // another error than that the table has not arrived yet
          }
        }
      }
    }
  }

  private void transfer(Connection connection, Random random, CountDownLatch started)
      throws SQLException {
    try (PreparedStatement debit =
            connection.prepareStatement(
                "UPDATE bank.account SET balance = balance - ? WHERE id = ?");
        PreparedStatement credit =
            connection.prepareStatement(
                "UPDATE bank.account SET balance = balance + ? WHERE id = ?");
        PreparedStatement record =
            connection.prepareStatement("INSERT INTO bank.transfer VALUES (?, ?, ?, ?)")) {
      connection.setAutoCommit(false);
      while (!stopped) {
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
            noteCommit();
          }
        } catch (SQLException e) {
          if (e.getErrorCode() != ER_LOCK_DEADLOCK) {
            throw e;
          }
          connection.rollback();
        }
        started.countDown();
      }
    }
  }

  private void noteCommit() {
    long now = System.nanoTime();
    long pause = now - lastCommitNanos.getAndSet(now);
    longestPauseNanos.accumulateAndGet(pause, Math::max);
    commits.incrementAndGet();
  }

  private static void execute(PreparedStatement statement, int amount, int account)
      throws SQLException {
    statement.setInt(1, amount);
    statement.setInt(2, account);
    assertThat(statement.executeUpdate()).isEqualTo(1);
  }

  /// Compares the tables on the writer with what was acknowledged. `when` names the moment.
  public void check(String when) throws SQLException {
    try (Connection connection = writer.connect();
        Statement statement = connection.createStatement()) {
      long[] expected = new long[ACCOUNTS];
      Arrays.fill(expected, BALANCE);
      Set<Long> acknowledgedBefore = new HashSet<>(acknowledged);
      Set<Long> rolledBackBefore = new HashSet<>(rolledBack);
      connection.setAutoCommit(false); // one snapshot for both tables
      Set<Long> present = new HashSet<>();
      try (ResultSet rows =
          statement.executeQuery("SELECT id, source, target, amount FROM bank.transfer")) {
        while (rows.next()) {
          present.add(rows.getLong(1));
          expected[rows.getInt(2)] -= rows.getInt(4);
          expected[rows.getInt(3)] += rows.getInt(4);
        }
      }
      acknowledgedBefore.removeAll(present);
      rolledBackBefore.retainAll(present);
      assertThat(rolledBackBefore).as("rolled back transfers present %s", when).isEmpty();
      assertThat(acknowledgedBefore).as("acknowledged transfers lost %s", when).isEmpty();
      try (ResultSet rows = statement.executeQuery("SELECT id, balance FROM bank.account")) {
        int count = 0;
        while (rows.next()) {
          assertThat(rows.getLong(2))
              .as("balance of account %d %s", rows.getInt(1), when)
              .isEqualTo(expected[rows.getInt(1)]);
          count++;
        }
        assertThat(count).isEqualTo(ACCOUNTS);
      }
      System.out.println(
          "%s: %d acknowledged, %d present".formatted(when, acknowledged.size(), present.size()));
    }
  }
}
