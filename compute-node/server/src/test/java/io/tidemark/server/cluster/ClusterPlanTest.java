package io.tidemark.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.server.StartupFailure;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterPlanTest {
  private static final Path ROOT = Path.of("/cluster");

  private static Map<String, Map<String, String>> nodes(Map<String, String> given)
      throws StartupFailure {
    return ClusterPlan.of(Map.of(), given).nodes(ROOT);
  }

  @Test
  void plansThreeLogNodesTwoPageServersAWriterAndAReplica() throws Exception {
    Map<String, Map<String, String>> nodes = nodes(Map.of());
    assertThat(nodes.keySet())
        .containsExactly("log-1", "log-2", "log-3", "page-1", "page-2", "compute-1", "compute-2");
    assertThat(nodes.get("log-2"))
        .containsEntry("coordination", "embedded")
        .containsEntry("zookeeper-id", "2")
        .containsEntry("data", "/cluster/nodes/log-2/data");
    assertThat(nodes.get("page-2"))
        .containsEntry("shards", "1")
        .containsEntry("shard-count", "2")
        .containsEntry("object-store", "/cluster/objects")
        .containsEntry("coordination", "127.0.0.1:7403,127.0.0.1:7413,127.0.0.1:7423");
    assertThat(nodes.get("compute-1"))
        .containsEntry("role", "rw")
        .containsEntry("mysql-port", "3306");
    assertThat(nodes.get("compute-2"))
        .containsEntry("role", "ro")
        .containsEntry("mysql-port", "3307");
  }

  @Test
  void spreadsShardsOverThePageServers() throws Exception {
    Map<String, Map<String, String>> nodes = nodes(Map.of("shards", "5", "page-servers", "2"));
    assertThat(nodes.get("page-1")).containsEntry("shards", "0,2,4");
    assertThat(nodes.get("page-2")).containsEntry("shards", "1,3");
  }

  @Test
  void noTwoServicesShareAPort() throws Exception {
    Set<String> ports = new HashSet<>();
    int count = 0;
    for (Map<String, String> node :
        nodes(Map.of("log-nodes", "5", "page-servers", "4", "shards", "4", "replicas", "3"))
            .values()) {
      for (Map.Entry<String, String> option : node.entrySet()) {
        if (option.getKey().endsWith("port")) {
          ports.add(option.getValue());
          count++;
        }
      }
    }
    assertThat(ports).hasSize(count);
  }

  @Test
  void onlyReplicasMayBecomeMore() throws Exception {
    Map<String, String> stored = ClusterPlan.of(Map.of(), Map.of("mysql-port", "21306")).settings();
    assertThat(ClusterPlan.of(stored, Map.of()).settings()).isEqualTo(stored);
    assertThat(ClusterPlan.of(stored, Map.of("replicas", "2")).nodes(ROOT))
        .containsKey("compute-3");
    assertThatThrownBy(() -> ClusterPlan.of(stored, Map.of("replicas", "0")))
        .isInstanceOf(StartupFailure.class)
        .hasMessage("--replicas 0: the cluster was made with 1; choose another --dir");
    assertThatThrownBy(() -> ClusterPlan.of(stored, Map.of("shards", "4")))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("--shards 4: the cluster was made with 2");
  }

  @Test
  void refusesWhatCannotRun() {
    assertThatThrownBy(() -> nodes(Map.of("log-nodes", "2")))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("--log-nodes 2: expected 3 to 10");
    assertThatThrownBy(() -> nodes(Map.of("page-servers", "3")))
        .isInstanceOf(StartupFailure.class)
        .hasMessageContaining("--page-servers 3, --shards 2");
  }
}
