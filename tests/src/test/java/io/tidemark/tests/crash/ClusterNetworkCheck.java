package io.tidemark.tests.crash;

import static io.tidemark.tests.process.LocalCluster.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.tests.process.NodeNetwork;
import io.tidemark.tests.process.NodeNetwork.Cut;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// The writer of a cluster is cut off from other nodes, with packets that vanish or connections
/// that are reset: there is one history, and all that was acknowledged is in it. Needs a network of
/// its own, see [NodeNetwork].
class ClusterNetworkCheck extends FaultedCluster {
  private static final List<String> PAGE_SERVERS = List.of("page-1", "page-2");

  /// Sessions with coordination last 10 s: a cut is shorter, or longer.
  private static final List<Duration> LENGTHS =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(14));

  private static final int REFUSED_MILLIS = 5_000;

  private NodeNetwork network;

  @Override
  void prepare(Path directory) {
    Assumptions.assumeTrue(
        Boolean.getBoolean("tidemark.fault.network"), "needs a network of its own");
  }

  @Override
  void adapt() throws Exception {
    network = NodeNetwork.open();
    cluster.moveWriter(network);
  }

  @Override
  void restore() throws Exception {
    if (network != null) {
      network.close();
    }
  }

  /// Each subset of the nodes once, before one comes again.
  @Test
  void theWriterCanBeCutOffFromAnySubsetOfNodes() throws Exception {
    List<List<String>> subsets = subsets();
    load.start(random);
    load.awaitCommits(500, PATIENCE);
    for (int round = 0; round < rounds; round++) {
      if (round % subsets.size() == 0) {
        Collections.shuffle(subsets, random);
      }
      cutOff(round, subsets.get(round % subsets.size()));
    }
    awaitCopies(Duration.ofMinutes(3));
    load.stop();
    load.check("at the end");
    assertThat(load.audits()).isPositive();
  }

  private void cutOff(int round, List<String> nodes) throws Exception {
    Cut how = Cut.values()[random.nextInt(Cut.values().length)];
    Duration length = LENGTHS.get(random.nextInt(LENGTHS.size()));
    boolean quorum = nodes.stream().filter(LOG_NODES::contains).count() < 2;
    boolean pages = nodes.stream().noneMatch(PAGE_SERVERS::contains);
    if (!quorum || !pages) {
      load.expectErrors();
    }
    load.resetLongestPause();
    long healing = System.nanoTime() + length.toNanos();
    network.cut(ports(nodes), how);
    if (quorum && pages) {
      load.awaitCommits(200, PATIENCE);
    } else if (!quorum) {
      load.awaitStandstill(Duration.ofSeconds(1), PATIENCE);
      load.check("while " + nodes + " are cut off");
    }
    // The length of the cut; nothing is expected to have happened by its end.
    TimeUnit.NANOSECONDS.sleep(Math.max(0, healing - System.nanoTime()));
    network.heal();
    load.expectNoErrors();
    load.awaitCommits(200, PATIENCE);
    System.out.printf(
        "round %d: %s cut off, %s for %s, longest pause %d ms%n",
        round, nodes, how, length, load.longestPause().toMillis());
    assertThat(cluster.node(WRITER).isRunning()).as("the writer goes on").isTrue();
    awaitNewCopies();
    load.check("after round " + round);
  }

  @Test
  void aWriterThatIsCutOffAcknowledgesNothingBesideItsSuccessor() throws Exception {
    for (int round = 0; round < rounds; round++) {
      load.start(random);
      load.awaitCommits(300 + random.nextInt(300), PATIENCE);
      load.expectErrors();
      Cut how = Cut.values()[random.nextInt(Cut.values().length)];
      List<String> nodes = cutForSuccession();
      System.out.printf("round %d: %s cut off, %s, and a successor%n", round, nodes, how);
      int printed = cluster.node(WRITER).output().length();
      network.cut(ports(nodes), how);
      cluster.startSecondWriter();
      load.check("at the second writer");
      assertThatThrownBy(this::writeAtFirstWriter).isInstanceOf(SQLException.class);
      load.awaitCommits(200, PATIENCE);
      network.heal();
      cluster.node(WRITER).awaitEnd(PATIENCE);
      assertThat(cluster.node(WRITER).output().substring(printed))
          .contains("compute-1 is no longer the writer", "second-writer");
      load.stop();
      load.check("at the end of round " + round);
      cluster.endSecondWriter();
      cluster.node(WRITER).restart();
      load.check("at the first writer again");
    }
  }

  /// Two or all log nodes, with any of the page servers.
  private List<String> cutForSuccession() {
    List<String> nodes = new ArrayList<>(LOG_NODES);
    if (random.nextBoolean()) {
      nodes.remove(random.nextInt(nodes.size()));
    }
    PAGE_SERVERS.stream().filter(node -> random.nextBoolean()).forEach(nodes::add);
    return nodes;
  }

  /// No commit of this is acknowledged while another is the writer.
  private void writeAtFirstWriter() throws SQLException {
    try (Connection connection = cluster.connectToFirstWriter()) {
      connection.setNetworkTimeout(Runnable::run, REFUSED_MILLIS);
      try (Statement statement = connection.createStatement()) {
        statement.execute("INSERT INTO bank.transfer VALUES (-1, 0, 1, 1)");
      }
    }
  }

  private List<Integer> ports(List<String> nodes) throws Exception {
    List<Integer> ports = new ArrayList<>();
    for (String node : nodes) {
      ports.addAll(cluster.node(node).ports());
    }
    return ports;
  }

  /// All but the empty one.
  private static List<List<String>> subsets() {
    List<String> all = Stream.concat(LOG_NODES.stream(), PAGE_SERVERS.stream()).toList();
    List<List<String>> subsets = new ArrayList<>();
    for (int bits = 1; bits < 1 << all.size(); bits++) {
      List<String> subset = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        if ((bits & 1 << i) != 0) {
          subset.add(all.get(i));
        }
      }
      subsets.add(subset);
    }
    return subsets;
  }
}
