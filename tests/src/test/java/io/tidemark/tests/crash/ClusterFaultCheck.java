package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A cluster of processes under a [TransferLoad] whose nodes are killed, frozen and cut short.
/// Driven by `tests/faults/cluster.sh`, which builds the distribution; skipped without its
/// properties.
///
/// `-Dtidemark.fault.rounds=30` for the long run, `-Dtidemark.fault.seed=N` repeats one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class ClusterFaultCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final List<String> LOG_NODES = List.of("log-1", "log-2", "log-3");

  private final int rounds = Integer.getInteger("tidemark.fault.rounds", 2);
  private final long seed = Long.getLong("tidemark.fault.seed", System.nanoTime());
  private final Random random = new Random(seed);

  private LocalCluster cluster;
  private TransferLoad load;

  /// One cluster for all: each test leaves it whole.
  @BeforeAll
  void startCluster(@TempDir Path directory) throws Exception {
    int port = Integer.getInteger("tidemark.fault.port", 0);
    Assumptions.assumeTrue(port != 0, "run by tests/faults/cluster.sh");
    System.out.println("ClusterFaultCheck: rounds " + rounds + ", seed " + seed);
    cluster = LocalCluster.start(directory.resolve("cluster"), port);
    load = new TransferLoad(cluster::connect, cluster::connectToReplica);
    load.createSchema();
  }

  @AfterEach
  void stopLoad() throws Exception {
    if (load != null) {
      load.expectErrors();
      load.stop();
    }
  }

  @AfterAll
  void endCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void noCommitFailsWhenALogNodeIsKilled() throws Exception {
    Duration limit = Duration.ofMillis(Integer.getInteger("tidemark.fault.pause", 1000));
    Duration longest = Duration.ZERO;
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    for (int round = 0; round < rounds; round++) {
      String victim = LOG_NODES.get(random.nextInt(LOG_NODES.size()));
      load.resetLongestPause();
      cluster.kill(victim);
      load.awaitCommits(200 + random.nextInt(500), PATIENCE);
      Duration pause = load.longestPause();
      System.out.printf(
          "round %d: %s killed, longest pause %d ms%n", round, victim, pause.toMillis());
      longest = pause.compareTo(longest) > 0 ? pause : longest;
      cluster.restart(victim);
      load.awaitCommits(200, PATIENCE);
      load.check("after round " + round);
    }
    load.stop();
    load.check("at the end");
    assertThat(longest).as("longest time without a commit").isLessThan(limit);
    assertThat(load.audits()).isPositive();
  }

  @Test
  void commitsWaitWhileTwoLogNodesAreDead() throws Exception {
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    for (int round = 0; round < rounds; round++) {
      List<String> victims = new ArrayList<>(LOG_NODES);
      victims.remove(random.nextInt(victims.size()));
      load.expectErrors();
      for (String victim : victims) {
        cluster.kill(victim);
      }
      load.awaitStandstill(Duration.ofSeconds(2), PATIENCE);
      long before = load.audits();
      load.check("while " + victims + " are dead");
      cluster.startAll();
      assertThat(load.audits()).as("snapshots read while commits wait").isGreaterThan(before);
      load.expectNoErrors();
      load.awaitCommits(200, PATIENCE);
      load.check("after round " + round);
    }
    load.stop();
    load.check("at the end");
  }

  @Test
  void nothingIsLostWhenNodesAreKilledInTurn() throws Exception {
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    List<String> victims = List.of("page-1", "compute-2", "compute-1", "page-2");
    for (int round = 0; round < rounds * 2; round++) {
      String victim = victims.get(round % victims.size());
      load.expectErrors();
      cluster.kill(victim);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(500)); // a random moment; nothing waits for it
      cluster.restart(victim);
      load.expectNoErrors();
      load.awaitCommits(100 + random.nextInt(400), PATIENCE);
      load.check("after the kill of " + victim + " in round " + round);
    }
    load.stop();
    load.check("at the end");
    assertThat(load.audits()).isPositive();
  }

  @Test
  void aFrozenWriterWakesUpFenced() throws Exception {
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    load.expectErrors();
    ProcessHandle frozen = cluster.process("compute-1");
    cluster.signal("compute-1", "STOP");
    cluster.startSecondWriter();
    load.check("at the second writer");
    cluster.signal("compute-1", "CONT");
    frozen.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertThat(cluster.output("compute-1"))
        .contains("compute-1 is no longer the writer", "second-writer");
    load.awaitCommits(200, PATIENCE);
    load.stop();
    load.check("at the end");
    cluster.endSecondWriter();
    cluster.restart("compute-1");
    load.check("at the first writer again");
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
