package io.tidemark.log.coordination;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One session with ZooKeeper, over as many connections as it takes. Once lost it stays lost, and
/// so do its leases.
///
/// Whether leases are still held is judged by this process's own clock: ZooKeeper keeps a session
/// for its timeout after the last sign of it, so somebody who asked at time `t` and got an answer
/// that went through the leader holds his leases until `t` plus the timeout. Half of that is used:
/// the leader may know of the session only from a ping one heartbeat and half a tick earlier, and
/// clocks may run at different speeds.
///
/// Safe for use by any number of threads; events come from the one thread of the client.
final class ZooKeeperSession implements Watcher {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperSession.class);

  private final ZooKeeper zk;
  private final String root;
  private final Runnable stateChanged;
  private final Consumer<String> pathChanged;

  private volatile boolean connected;
  private volatile boolean lost;
  private volatile long confirmedNanos = System.nanoTime() - Duration.ofDays(1).toNanos();

  /// Begins a session; it connects in the background. `stateChanged` is called when it connects,
  /// disconnects or is lost, `pathChanged` with the path of a node that changed below the root.
  ZooKeeperSession(ZooKeeperConfig config, Runnable stateChanged, Consumer<String> pathChanged)
      throws IOException {
    this.root = config.root();
    this.stateChanged = stateChanged;
    this.pathChanged = pathChanged;
    this.zk =
        new ZooKeeper(config.servers(), (int) config.sessionTimeout().toMillis(), this, false);
  }

  ZooKeeper zk() {
    return zk;
  }

  boolean isConnected() {
    return connected;
  }

  boolean isLost() {
    return lost;
  }

  /// Whether nobody else can have got a lease of this session yet.
  boolean isHeld() {
    long window = Duration.ofMillis(zk.getSessionTimeout()).toNanos() / 2;
    return !lost && System.nanoTime() - confirmedNanos < window;
  }

  /// An answer came to what was asked at `askedNanos`.
  void confirm(long askedNanos) {
    if (askedNanos - confirmedNanos > 0) {
      confirmedNanos = askedNanos;
    }
  }

  /// Asks for a sign of life.
  void beat() {
    if (connected && !lost) {
      long askedNanos = System.nanoTime();
      ZooKeeperCalls.sync(zk, root).thenRun(() -> confirm(askedNanos));
    }
  }

  void lose() {
    lost = true;
    connected = false;
    stateChanged.run();
  }

  @Override
  public void process(WatchedEvent event) {
    if (event.getType() != Event.EventType.None) {
      pathChanged.accept(event.getPath());
      return;
    }
    switch (event.getState()) {
      case SyncConnected -> {
        connected = true;
        stateChanged.run();
      }
      case Disconnected -> {
        connected = false;
        stateChanged.run();
      }
      case Expired, AuthFailed, Closed -> lose();
      default -> LOG.debug("zookeeper session: {}", event);
    }
  }

  /// Ends the session, and with it its leases.
  void close(Duration wait) {
    lost = true;
    try {
      zk.close((int) wait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
