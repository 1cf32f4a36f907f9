package io.tidemark.tests.crash;

import io.tidemark.tests.process.LocalCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A cluster of processes under a [TransferLoad], for checks that do something to its nodes. One
/// for all tests of a class: each leaves it whole.
///
/// Driven by `tests/faults/cluster.sh`, which builds the distribution; skipped without its
/// properties. `-Dtidemark.fault.rounds=30` for the long run, `-Dtidemark.fault.seed=N` repeats
/// one.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.MINUTES)
abstract class FaultedCluster {
  static final Duration PATIENCE = Duration.ofSeconds(60);
  static final List<String> LOG_NODES = List.of("log-1", "log-2", "log-3");

  final int rounds = Integer.getInteger("tidemark.fault.rounds", 1);
  final long seed = Long.getLong("tidemark.fault.seed", System.nanoTime());
  final Random random = new Random(seed);

  LocalCluster cluster;
  TransferLoad load;

  @BeforeAll
  void startCluster(@TempDir Path directory) throws Exception {
    int port = Integer.getInteger("tidemark.fault.port", 0);
    Assumptions.assumeTrue(port != 0, "run by tests/faults/cluster.sh");
    System.out.printf("%s: rounds %d, seed %d%n", getClass().getSimpleName(), rounds, seed);
    Path own = directory.resolve("cluster");
    prepare(own);
    cluster = LocalCluster.start(own, port);
    adapt();
    load = new TransferLoad(cluster::connect, cluster::connectToReplica);
    load.createSchema();
  }

  /// What has to be there before the cluster is made in `directory`.
  void prepare(Path directory) throws Exception {}

  /// What the check changes about the cluster that has just started.
  void adapt() throws Exception {}

  /// What [#prepare] and [#adapt] have made goes.
  void restore() throws Exception {}

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
    restore();
  }

  /// Waits until each ledger of the log has all the copies with which it was made: what a node has
  /// missed is copied to it.
  void awaitCopies(Duration patience) throws Exception {
    await(LogCopies.Extent.WHOLE, patience);
  }

  /// Waits until what is written from here on has all its copies.
  void awaitNewCopies() throws Exception {
    await(LogCopies.Extent.NEWEST, PATIENCE);
  }

  private void await(LogCopies.Extent extent, Duration patience) throws Exception {
    try (LogCopies copies = LogCopies.open(cluster.zooKeeperServers())) {
      copies.await(extent, patience);
    }
  }
}
