package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Nodes of a cluster die of SIGKILL.
class ClusterKillCheck extends FaultedCluster {
  @Test
  void noCommitFailsWhenALogNodeIsKilled() throws Exception {
    Duration limit = Duration.ofMillis(Integer.getInteger("tidemark.fault.pause", 1000));
    Duration longest = Duration.ZERO;
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    for (int round = 0; round < rounds; round++) {
      String victim = LOG_NODES.get(random.nextInt(LOG_NODES.size()));
      load.resetLongestPause();
      cluster.node(victim).kill();
      load.awaitCommits(200 + random.nextInt(500), PATIENCE);
      Duration pause = load.longestPause();
      System.out.printf(
          "round %d: %s killed, longest pause %d ms%n", round, victim, pause.toMillis());
      longest = pause.compareTo(longest) > 0 ? pause : longest;
      cluster.node(victim).restart();
      load.awaitCommits(200, PATIENCE);
      awaitNewCopies();
      load.check("after round " + round);
    }
    awaitCopies(Duration.ofMinutes(3));
    load.stop();
    load.check("at the end");
    assertThat(longest).as("longest time without a commit").isLessThan(limit);
    assertThat(load.audits()).isPositive();
  }

  @Test
  void commitsWaitWhileTwoLogNodesAreDead() throws Exception {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE bank.unanswered (id INT PRIMARY KEY)");
    }
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    for (int round = 0; round < rounds; round++) {
      List<String> victims = new ArrayList<>(LOG_NODES);
      victims.remove(random.nextInt(victims.size()));
      load.expectErrors();
      for (String victim : victims) {
        cluster.node(victim).kill();
      }
      load.awaitStandstill(Duration.ofSeconds(2), PATIENCE);
      long before = load.audits();
      load.check("while " + victims + " are dead");
      insertWithoutAnswer(round);
      cluster.startAll();
      assertThat(load.audits()).as("snapshots read while commits wait").isGreaterThan(before);
      load.expectNoErrors();
      load.awaitCommits(200, PATIENCE);
      load.check("after round " + round);
      assertThat(countInserted()).as("rows whose commit got no answer").isEqualTo(round + 1);
    }
    load.stop();
    load.check("at the end");
  }

  /// Inserts a row while no log node answers: the client hears of it, and the row is there later.
  private void insertWithoutAnswer(int number) throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET tidemark_commit_timeout = 1");
      assertThatThrownBy(
              () -> statement.execute("INSERT INTO bank.unanswered VALUES (" + number + ")"))
          .isInstanceOfSatisfying(
              SQLException.class,
              e -> {
                assertThat(e.getErrorCode()).isEqualTo(1180);
                assertThat(e.getSQLState()).isEqualTo("HY000");
              });
    }
  }

  private int countInserted() throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM bank.unanswered")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void nothingIsLostWhenNodesAreKilledInTurn() throws Exception {
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    List<String> victims = List.of("page-1", "compute-2", "compute-1", "page-2");
    for (int round = 0; round < rounds * 2; round++) {
      String victim = victims.get(round % victims.size());
      load.expectErrors();
      cluster.node(victim).kill();
      TimeUnit.MILLISECONDS.sleep(random.nextInt(500)); // a random moment; nothing waits for it
      cluster.node(victim).restart();
      load.expectNoErrors();
      load.awaitCommits(100 + random.nextInt(400), PATIENCE);
      load.check("after the kill of " + victim + " in round " + round);
    }
    load.stop();
    load.check("at the end");
    assertThat(load.audits()).isPositive();
  }

  @Test
  void everythingIsThereAfterAllWereKilled() throws Exception {
    for (int round = 0; round < rounds; round++) {
      load.start(random);
      load.awaitCommits(300 + random.nextInt(700), PATIENCE);
      load.expectErrors();
      cluster.killAll();
      load.stop();
      cluster.startAll();
      load.check("after round " + round);
    }
  }
}
