package io.tidemark.tests.crash;

import static io.tidemark.tests.process.LocalCluster.WRITER;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// A writer of a cluster stands still while another takes its place.
class ClusterTakeOverCheck extends FaultedCluster {
  @Test
  void aFrozenWriterWakesUpFenced() throws Exception {
    for (int round = 0; round < rounds; round++) {
      load.start(random);
      load.awaitCommits(200 + random.nextInt(300), PATIENCE);
      load.expectErrors();
      int printed = cluster.node(WRITER).output().length();
      cluster.node(WRITER).signal("STOP");
      cluster.startSecondWriter();
      load.check("at the second writer");
      cluster.node(WRITER).signal("CONT");
      cluster.node(WRITER).awaitEnd(PATIENCE);
      assertThat(cluster.node(WRITER).output().substring(printed))
          .contains("compute-1 is no longer the writer", "second-writer");
      load.awaitCommits(200, PATIENCE);
      load.stop();
      load.check("at the end of round " + round);
      cluster.endSecondWriter();
      cluster.node(WRITER).restart();
      load.check("at the first writer again");
    }
  }
}
