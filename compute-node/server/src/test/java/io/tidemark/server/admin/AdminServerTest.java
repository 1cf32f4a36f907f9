package io.tidemark.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidemark.server.StartupFailure;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AdminServerTest {
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AtomicReference<NodeHealth> health =
      new AtomicReference<>(new NodeHealth.Starting("opening the log"));

  @Test
  void answersByTheNodesHealth() throws Exception {
    metrics.counter("tidemark.test").increment();
    try (AdminServer server = open(0)) {
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
      assertThat(get(server, "/healthz").statusCode()).isEqualTo(200);
      health.set(new NodeHealth.Ready());
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(200);
      health.set(new NodeHealth.Failed("the log is damaged"));
      assertThat(get(server, "/readyz").statusCode()).isEqualTo(503);
      HttpResponse<String> failed = get(server, "/healthz");
      assertThat(failed.statusCode()).isEqualTo(503);
      assertThat(failed.body()).contains("the log is damaged");
      assertThat(get(server, "/metrics").body()).contains("tidemark_test_total 1.0");
      assertThat(NodeStatus.parse(get(server, "/status").body())).isEqualTo(status());
      assertThat(get(server, "/nothing").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void namesAnOccupiedPort() throws Exception {
    try (AdminServer first = open(0)) {
      int port = first.port();
      assertThatThrownBy(() -> open(port))
          .isInstanceOf(StartupFailure.class)
          .hasMessageContaining("admin port " + port)
          .hasMessageContaining("in use");
    }
  }

  private NodeStatus status() {
    return new NodeStatus("page-1", "page-server", health.get().description(), Map.of("lsn", "7"));
  }

  private AdminServer open(int port) throws StartupFailure {
    return AdminServer.open(
        InetAddress.getLoopbackAddress(), port, metrics, health::get, this::status);
  }

  private static HttpResponse<String> get(AdminServer server, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }
}
