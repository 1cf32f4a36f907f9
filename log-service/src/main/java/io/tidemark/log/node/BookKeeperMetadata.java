package io.tidemark.log.node;

import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.bookkeeper.client.BookKeeperAdmin;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/// What BookKeeper keeps in ZooKeeper, before the first bookie. All nodes may create it at once:
/// the step that counts is one transaction.
final class BookKeeperMetadata {
  private static final long CONNECT_SECONDS = 60;

  private BookKeeperMetadata() {}

  /// Creates it unless it is there. Waits a while for ZooKeeper, whose quorum may be starting too.
  static void create(BookieConfig config, ServerConfiguration settings) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    int timeoutMillis = (int) config.sessionTimeout().toMillis();
    try (ZooKeeper zk =
        new ZooKeeper(
            config.zooKeeperServers(),
            timeoutMillis,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            })) {
      if (!connected.await(CONNECT_SECONDS, TimeUnit.SECONDS)) {
        throw new RetryLater("zookeeper " + config.zooKeeperServers() + ": no connection");
      }
      if (zk.exists(config.ledgersRoot(), false) != null) {
        return;
      }
      createParents(zk, config.ledgersRoot());
      try {
        BookKeeperAdmin.initNewCluster(settings);
      } catch (Exception e) {
        if (zk.exists(config.ledgersRoot(), false) == null) {
          throw new IOException("bookkeeper metadata could not be created", e);
        }
      }
    }
  }

  private static void createParents(ZooKeeper zk, String path)
      throws KeeperException, InterruptedException {
    for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      try {
        zk.create(
            path.substring(0, at), new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
      } catch (KeeperException.NodeExistsException e) {
        continue;
      }
    }
  }
}
