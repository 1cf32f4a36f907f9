package io.tidemark.tests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.tests.process.ClusterNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The disk of a log node is full, or slow. Mounts a small file system for the first and preloads
/// `tests/faults/slow-disk.c` for the second.
class ClusterDiskCheck extends FaultedCluster {
  private static final String FULL_NODE = "log-2";
  private static final int DISK_MEBIBYTES = 768;
  private static final int SLOW_MILLIS = 200;
  private static final int PROBES = 100;

  private SmallDisk disk;

  @Override
  void prepare(Path directory) throws Exception {
    disk =
        SmallDisk.mount(
            directory.resolve("nodes").resolve(FULL_NODE).resolve("data"), DISK_MEBIBYTES);
  }

  @Override
  void restore() throws Exception {
    if (disk != null) {
      disk.close();
    }
  }

  @Test
  void commitsGoOnWhileTheDiskOfALogNodeIsFull() throws Exception {
    ClusterNode node = cluster.node(FULL_NODE);
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    for (int round = 0; round < rounds; round++) {
      load.resetLongestPause();
      disk.fill();
      awaitDiskNoticed(node);
      load.awaitCommits(500, PATIENCE);
      System.out.printf(
          "round %d: disk full, longest pause %d ms; %s%n",
          round, load.longestPause().toMillis(), node.ask("/readyz").orElse("(process ended)"));
      load.check("while the disk is full");
      disk.empty();
      awaitReadyAgain(node);
      load.awaitCommits(200, PATIENCE);
      awaitNewCopies();
      load.check("after round " + round);
    }
    awaitCopies(Duration.ofMinutes(3));
    load.stop();
    load.check("at the end");
  }

  /// Waits until the node says that it is not ready, or ends.
  private static void awaitDiskNoticed(ClusterNode node) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<String> answer = node.ask("/readyz");
    while (answer.orElse("503").startsWith("200")) {
      assertThat(System.nanoTime()).as("ready: %s", answer).isLessThan(end);
      TimeUnit.MILLISECONDS.sleep(100);
      answer = node.ask("/readyz");
    }
  }

  /// Waits until the node is ready by itself, or starts it when it has ended, as whoever supervises
  /// it does.
  private static void awaitReadyAgain(ClusterNode node) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    Optional<String> answer = node.ask("/readyz");
    while (!answer.orElse("").startsWith("200")) {
      assertThat(System.nanoTime()).as("ready: %s", answer).isLessThan(end);
      if (!node.isRunning()) {
        node.start();
        node.awaitReady();
      }
      TimeUnit.MILLISECONDS.sleep(100);
      answer = node.ask("/readyz");
    }
  }

  @Test
  void commitsFollowTheTwoFastestDisks() throws Exception {
    String library = System.getProperty("tidemark.fault.slowdisk", "");
    Assumptions.assumeFalse(library.isEmpty(), "needs a C compiler");
    for (String name : LOG_NODES) {
      ClusterNode node = cluster.node(name);
      node.setEnvironment(
          Map.of("LD_PRELOAD", library, "SLOW_DISK_FILE", delayFile(node).toString()));
      node.restart();
      awaitNewCopies();
    }
    Duration quick = medianCommit();
    setDelay("log-1");
    Duration oneSlow = medianCommit();
    setDelay("log-3");
    Duration twoSlow = medianCommit();
    System.out.printf(
        "median commit: %d us, with one slow disk %d us, with two %d us%n",
        quick.toNanos() / 1000, oneSlow.toNanos() / 1000, twoSlow.toNanos() / 1000);
    Files.delete(delayFile(cluster.node("log-1")));
    Files.delete(delayFile(cluster.node("log-3")));
    assertThat(oneSlow).isLessThan(Duration.ofMillis(SLOW_MILLIS / 4));
    // What the delay does where it counts; else the line above says nothing.
    assertThat(twoSlow).isGreaterThanOrEqualTo(Duration.ofMillis(SLOW_MILLIS));
    awaitCopies(Duration.ofMinutes(3));
  }

  private static Path delayFile(ClusterNode node) {
    return node.data().resolveSibling("fsync-delay-micros");
  }

  private void setDelay(String node) throws Exception {
    Files.writeString(delayFile(cluster.node(node)), Integer.toString(SLOW_MILLIS * 1000));
  }

  private Duration medianCommit() throws Exception {
    List<Duration> commits = new ArrayList<>();
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < PROBES; i++) {
        long began = System.nanoTime();
        statement.execute("UPDATE bank.account SET balance = balance + 1 WHERE id = 0");
        statement.execute("UPDATE bank.account SET balance = balance - 1 WHERE id = 0");
        commits.add(Duration.ofNanos((System.nanoTime() - began) / 2));
      }
    }
    Collections.sort(commits);
    return commits.get(PROBES / 2);
  }
}
