package io.tidemark.log.node;

import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.bookkeeper.client.BookKeeperAdmin;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/// What has to be in ZooKeeper before a bookie starts, and what must not be.
final class BookKeeperMetadata {
  private static final long CONNECT_SECONDS = 60;

  private BookKeeperMetadata() {}

  /// Creates what BookKeeper keeps unless it is there, and removes what `bookie` left behind when
  /// it ended without saying so. Waits a while for ZooKeeper, whose quorum may be starting too.
  static void prepare(BookieConfig config, ServerConfiguration settings, String bookie)
      throws Exception {
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
      if (zk.exists(config.ledgersRoot(), false) == null) {
        create(zk, config, settings);
      } else {
        deregister(zk, config, bookie);
      }
    }
  }

  /// All nodes may do so at once: the step that counts is one transaction.
  private static void create(ZooKeeper zk, BookieConfig config, ServerConfiguration settings)
      throws Exception {
    createParents(zk, config.ledgersRoot());
    try {
      BookKeeperAdmin.initNewCluster(settings);
    } catch (Exception e) {
      if (zk.exists(config.ledgersRoot(), false) == null) {
        throw new IOException("bookkeeper metadata could not be created", e);
      }
    }
  }

  /// Its registration lasts as long as the session of its former life, and it would wait for the
  /// end of that. The name is that of the disk, which nobody else has.
  private static void deregister(ZooKeeper zk, BookieConfig config, String bookie)
      throws KeeperException, InterruptedException {
    String available = config.ledgersRoot() + "/available/";
    for (String path : List.of(available + bookie, available + "readonly/" + bookie)) {
      try {
        zk.delete(path, -1);
      } catch (KeeperException.NoNodeException e) {
        continue;
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
