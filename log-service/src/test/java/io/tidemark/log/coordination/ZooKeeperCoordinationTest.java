package io.tidemark.log.coordination;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperCoordinationTest extends CoordinationContract {
  private static final AtomicInteger CLUSTERS = new AtomicInteger();

  @TempDir private static Path directory;
  private static ZooKeeperFixture server;

  private final Map<Coordination, TcpProxy> networks = new ConcurrentHashMap<>();
  private final String root = "/tidemark/cluster-" + CLUSTERS.incrementAndGet();

  @BeforeAll
  static void startServer() throws Exception {
    server = ZooKeeperFixture.start(directory);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @AfterEach
  void closeNetworks() throws Exception {
    for (TcpProxy network : networks.values()) {
      network.close();
    }
  }

  @Override
  protected Coordination connect() throws Exception {
    TcpProxy network = TcpProxy.open(server.port());
    Coordination coordination =
        ZooKeeperCoordination.open(
            ZooKeeperConfig.of("127.0.0.1:" + network.port(), root)
                .withSessionTimeout(Duration.ofMillis(2000))
                .withDeadline(Duration.ofMillis(3000)));
    networks.put(coordination, network);
    return coordination;
  }

  @Override
  protected void expire(Coordination node) {
    server.expire(((ZooKeeperCoordination) node).sessionId());
  }

  @Override
  protected void cutOff(Coordination node) {
    networks.get(node).freeze();
  }

  @Override
  protected void heal(Coordination node) {
    networks.get(node).thaw();
  }
}
