package io.tidemark.log.node;

import io.tidemark.log.node.LogNodeConfig.Embedded;
import io.tidemark.log.node.LogNodeConfig.Peer;
import io.tidemark.storage.error.RetryLater;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/// One peer of a ZooKeeper quorum in this process; the only one if it is alone.
final class ZooKeeperPeer implements AutoCloseable {
  private static final long START_MILLIS = 30_000;

  private final ZooKeeperServerEmbedded server;

  private ZooKeeperPeer(ZooKeeperServerEmbedded server) {
    this.server = server;
  }

  static ZooKeeperPeer open(Path directory, Embedded quorum) {
    try {
      Path values = Files.createDirectories(directory.resolve("values"));
      if (quorum.peers().size() > 1) {
        Files.writeString(values.resolve("myid"), String.valueOf(quorum.own()));
      }
      ZooKeeperServerEmbedded server =
          ZooKeeperServerEmbedded.builder()
              .baseDir(directory)
              .configuration(settings(values, quorum))
              .exitHandler(ExitHandler.LOG_ONLY)
              .build();
      try {
        server.start(START_MILLIS);
      } catch (Exception e) {
        server.close();
        throw e;
      }
      return new ZooKeeperPeer(server);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new RetryLater("zookeeper peer " + quorum.ownPeer() + ": did not start: " + e, e);
    }
  }

  private static Properties settings(Path values, Embedded quorum) {
    Properties settings = new Properties();
    settings.setProperty("dataDir", values.toString());
    settings.setProperty("clientPort", String.valueOf(quorum.ownPeer().clientPort()));
    settings.setProperty("clientPortAddress", quorum.ownPeer().host());
    settings.setProperty("tickTime", "1000");
    settings.setProperty("initLimit", "10");
    settings.setProperty("syncLimit", "5");
    settings.setProperty("maxClientCnxns", "0");
    settings.setProperty("admin.enableServer", "false");
    settings.setProperty("autopurge.snapRetainCount", "3");
    settings.setProperty("autopurge.purgeInterval", "1");
    // In KiB; 64 MiB is the default, for a service that is little else.
    settings.setProperty("preAllocSize", "1024");
    if (quorum.peers().size() > 1) {
      for (Peer peer : quorum.peers()) {
        settings.setProperty(
            "server." + peer.number(),
            "%s:%d:%d".formatted(peer.host(), peer.peerPort(), peer.electionPort()));
      }
    }
    return settings;
  }

  @Override
  public void close() {
    server.close();
  }
}
