package io.tidemark.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.server.admin.NodeStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeLineTest {
  private static NodeStatus status(String state, String... details) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (int i = 0; i < details.length; i += 2) {
      lines.put(details[i], details[i + 1]);
    }
    return new NodeStatus("node", "role", state, lines);
  }

  private static String[] columns(NodeLine line) {
    return line.toString().strip().split(" {2,}", -1);
  }

  @Test
  void tellsLsnsAndLagOfAReplica() {
    NodeLine line =
        new NodeLine(
            "compute-2",
            "replica",
            Optional.of(4711L),
            Optional.of("127.0.0.1:3307"),
            Optional.of(
                status(
                    "ready",
                    "durable_lsn",
                    "900",
                    "applied_lsn",
                    "850",
                    "lag_bytes",
                    "50",
                    "lag_ms",
                    "3")));
    assertThat(line.isReady()).isTrue();
    assertThat(columns(line))
        .containsExactly(
            "compute-2",
            "replica",
            "4711",
            "127.0.0.1:3307",
            "durable 900 applied 850",
            "50 B 3 ms",
            "ready");
  }

  @Test
  void tellsTheProgressOfEachShard() {
    NodeLine line =
        new NodeLine(
            "page-1",
            "page-server",
            Optional.of(1L),
            Optional.empty(),
            Optional.of(
                status(
                    "ready",
                    "shard_0_generation",
                    "2",
                    "shard_0_ingested_lsn",
                    "30",
                    "shard_0_uploaded_lsn",
                    "20",
                    "shard_4_ingested_lsn",
                    "31",
                    "shard_4_uploaded_lsn",
                    "21")));
    assertThat(line.toString())
        .contains("shard 0 ingested 30 uploaded 20 shard 4 ingested 31 uploaded 21");
  }

  @Test
  void aProcessThatIsGoneIsDeadAndOneThatDoesNotAnswerIsStarting() {
    NodeLine dead =
        new NodeLine("log-1", "log-node", Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(columns(dead)).containsExactly("log-1", "log-node", "-", "-", "-", "-", "dead");
    NodeLine silent =
        new NodeLine("log-1", "log-node", Optional.of(7L), Optional.empty(), Optional.empty());
    assertThat(silent.state()).isEqualTo("starting");
    assertThat(silent.isReady()).isFalse();
    NodeLine waiting =
        new NodeLine(
            "log-1",
            "log-node",
            Optional.of(7L),
            Optional.empty(),
            Optional.of(status("starting: waiting for ZooKeeper")));
    assertThat(waiting.toString()).endsWith("starting: waiting for ZooKeeper");
  }

  @Test
  void aStatusIsReadAsItWasWritten() {
    NodeStatus status = status("ready", "b", "2", "a", "x=y");
    assertThat(NodeStatus.parse(status.toText())).isEqualTo(status);
    assertThat(status.toText()).startsWith("name=node\nrole=role\nstate=ready\nb=2\n");
  }
}
