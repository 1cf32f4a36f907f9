package io.tidemark.log.coordination;

import io.tidemark.log.coordination.ZooKeeperCalls.Node;
import io.tidemark.storage.error.Fenced;
import io.tidemark.storage.error.RetryLater;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Coordination by ZooKeeper: a key is a node below the root, a lease an ephemeral one.
///
/// A node's bytes are a one and the value. A node that is only there because of keys below it has
/// none, and is removed with the last of them. The version of a value is the transaction that wrote
/// it, which no two values of a key share. A read asks the leader for what it has seen first.
///
/// A lost session is replaced at once by a new one; its leases stay lost, the watches go on and are
/// called, since anything may have changed.
///
/// Safe for use by any number of threads.
public final class ZooKeeperCoordination implements Coordination {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperCoordination.class);
  private static final byte[] NO_VALUE = {};

  private final ZooKeeperConfig config;
  private final SessionKeeper sessions;
  private final WatchCalls watches = new WatchCalls();
  private final ScheduledExecutorService heartbeat =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("coordination-heartbeat").factory());

  /// Nodes of closed leases that could not be removed for want of a connection, by session id.
  private final Set<Abandoned> abandoned = ConcurrentHashMap.newKeySet();

  private record Abandoned(ZooKeeperSession session, String path) {}

  private ZooKeeperCoordination(ZooKeeperConfig config) throws IOException {
    this.config = config;
    this.sessions = new SessionKeeper(config, this::connected, this::pathChanged);
  }

  /// Begins to connect; the first call waits for it.
  public static ZooKeeperCoordination open(ZooKeeperConfig config) {
    try {
      ZooKeeperCoordination coordination = new ZooKeeperCoordination(config);
      long period = Math.max(1, config.sessionTimeout().toMillis() / 6);
      coordination.sessions.begin();
      coordination.heartbeat.scheduleAtFixedRate(
          coordination.sessions::beat, period, period, TimeUnit.MILLISECONDS);
      return coordination;
    } catch (IOException e) {
      throw new RetryLater("zookeeper " + config.servers() + ": " + e, e);
    }
  }

  @Override
  public Optional<VersionedValue> find(String key) {
    return findNode(pathOf(key))
        .filter(node -> node.bytes().length > 0)
        .map(node -> new VersionedValue(valueOf(node.bytes()), node.stat().getMzxid()));
  }

  @Override
  public boolean create(String key, byte[] value) {
    String path = pathOf(key);
    byte[] bytes = bytesOf(key, value);
    long end = sessions.deadline();
    while (true) {
      try {
        sessions.once(end, zk -> ZooKeeperCalls.create(zk, path, bytes, CreateMode.PERSISTENT));
        return true;
      } catch (KeeperException e) {
        if (e.code() == Code.NONODE) {
          createParents(path, end);
          continue;
        }
        if (e.code() != Code.NODEEXISTS) {
          throw failed(path, e);
        }
      }
      Optional<Node> node = findNode(path);
      if (node.isPresent() && node.get().bytes().length > 0) {
        return false;
      }
      if (node.isPresent() && tryReplace(path, bytes, node.get(), end).isPresent()) {
        return true;
      }
    }
  }

  @Override
  public OptionalLong replace(String key, byte[] value, long version) {
    String path = pathOf(key);
    byte[] bytes = bytesOf(key, value);
    Optional<Node> node = findNode(path).filter(n -> n.stat().getMzxid() == version);
    if (node.isEmpty() || node.get().bytes().length == 0) {
      return OptionalLong.empty();
    }
    return tryReplace(path, bytes, node.get(), sessions.deadline());
  }

  @Override
  public boolean delete(String key, long version) {
    String path = pathOf(key);
    Optional<Node> node = findNode(path).filter(n -> n.stat().getMzxid() == version);
    if (node.isEmpty() || node.get().bytes().length == 0) {
      return false;
    }
    long end = sessions.deadline();
    try {
      sessions.once(end, zk -> ZooKeeperCalls.delete(zk, path, node.get().stat().getVersion()));
      deleteEmptyParents(path, end);
      return true;
    } catch (KeeperException e) {
      return switch (e.code()) {
        case NONODE, BADVERSION -> false;
        case NOTEMPTY -> tryReplace(path, NO_VALUE, node.get(), end).isPresent();
        default -> throw failed(path, e);
      };
    }
  }

  @Override
  public List<String> children(String key) {
    String path = pathOf(key);
    List<String> names = new ArrayList<>();
    for (String name : childrenOf(path)) {
      if (hasValues(path + "/" + name)) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }

  @Override
  public Lease lease(String key, byte[] value) {
    String path = pathOf(key);
    byte[] bytes = bytesOf(key, value);
    long end = sessions.deadline();
    ZooKeeperSession asked = null;
    while (true) {
      ZooKeeperSession session = sessions.connected(end);
      long askedNanos = System.nanoTime();
      try {
        sessions.await(ZooKeeperCalls.create(session.zk(), path, bytes, CreateMode.EPHEMERAL), end);
        session.confirm(askedNanos);
        return new ZooKeeperLease(session, key, path);
      } catch (KeeperException e) {
        switch (e.code()) {
          case CONNECTIONLOSS, SESSIONEXPIRED -> asked = session;
          case NONODE -> createParents(path, end);
          case NODEEXISTS -> {
            // An earlier attempt of this very call may have succeeded unheard.
            if (asked != session || !removeOwn(session, path, end)) {
              throw new RetryLater("lease of key " + key + ": somebody else holds it");
            }
          }
          default -> throw failed(path, e);
        }
      }
    }
  }

  @Override
  public Watch watch(String key, Runnable changed) {
    return watches.add(Keys.check(key), changed);
  }

  @Override
  public void close() {
    heartbeat.shutdownNow();
    sessions.close();
    watches.close();
  }

  /// By which ZooKeeper's own tools name the session.
  long sessionId() {
    return sessions.connected(sessions.deadline()).zk().getSessionId();
  }

  private void connected(ZooKeeperSession session) {
    // Persistent watches miss what happened while there was no connection.
    ZooKeeperCalls.watch(session.zk(), config.root()).thenRun(watches::changedAll);
    abandoned.removeIf(one -> one.session().isLost());
    List.copyOf(abandoned).forEach(this::deleteAbandoned);
  }

  private void deleteAbandoned(Abandoned one) {
    ZooKeeperCalls.delete(one.session().zk(), one.path(), -1)
        .thenRun(() -> abandoned.remove(one))
        .exceptionally(e -> {
          LOG.debug("node {} of a closed lease stays for now", one.path(), e);
          return null;
        });
  }

  private void pathChanged(String path) {
    if (path.length() > config.root().length() + 1) {
      watches.changed(path.substring(config.root().length() + 1));
    }
  }

  private Optional<Node> findNode(String path) {
    try {
      long end = sessions.deadline();
      return Optional.of(sessions.repeatedly(end, zk -> ZooKeeperCalls.read(zk, path)));
    } catch (KeeperException e) {
      if (e.code() == Code.NONODE) {
        return Optional.empty();
      }
      throw failed(path, e);
    }
  }

  private List<String> childrenOf(String path) {
    try {
      long end = sessions.deadline();
      return sessions.repeatedly(end, zk -> ZooKeeperCalls.children(zk, path));
    } catch (KeeperException e) {
      if (e.code() == Code.NONODE) {
        return List.of();
      }
      throw failed(path, e);
    }
  }

  private boolean hasValues(String path) {
    Optional<Node> node = findNode(path);
    if (node.isEmpty() || node.get().bytes().length > 0) {
      return node.isPresent();
    }
    return childrenOf(path).stream().anyMatch(name -> hasValues(path + "/" + name));
  }

  private OptionalLong tryReplace(String path, byte[] bytes, Node node, long end) {
    try {
      int version = node.stat().getVersion();
      Stat stat = sessions.once(end, zk -> ZooKeeperCalls.replace(zk, path, bytes, version));
      return OptionalLong.of(stat.getMzxid());
    } catch (KeeperException e) {
      if (e.code() == Code.BADVERSION || e.code() == Code.NONODE) {
        return OptionalLong.empty();
      }
      throw failed(path, e);
    }
  }

  private boolean removeOwn(ZooKeeperSession session, String path, long end) {
    try {
      Node node = sessions.await(ZooKeeperCalls.read(session.zk(), path), end);
      if (node.stat().getEphemeralOwner() != session.zk().getSessionId()) {
        return false;
      }
      return sessions.await(ZooKeeperCalls.delete(session.zk(), path, -1), end);
    } catch (KeeperException e) {
      return e.code() == Code.NONODE || e.code() == Code.CONNECTIONLOSS;
    }
  }

  private void createParents(String path, long end) {
    for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      String parent = path.substring(0, at);
      try {
        sessions.repeatedly(
            end, zk -> ZooKeeperCalls.create(zk, parent, NO_VALUE, CreateMode.PERSISTENT));
      } catch (KeeperException e) {
        if (e.code() != Code.NODEEXISTS) {
          throw failed(parent, e);
        }
      }
    }
  }

  /// What it leaves because of a race or an error is invisible, and goes with the next.
  private void deleteEmptyParents(String path, long end) {
    try {
      String parent = path.substring(0, path.lastIndexOf('/'));
      while (parent.length() > config.root().length()) {
        String at = parent;
        Node node = sessions.repeatedly(end, zk -> ZooKeeperCalls.read(zk, at));
        if (node.bytes().length > 0 || node.stat().getNumChildren() > 0) {
          return;
        }
        sessions.once(end, zk -> ZooKeeperCalls.delete(zk, at, node.stat().getVersion()));
        parent = parent.substring(0, parent.lastIndexOf('/'));
      }
    } catch (KeeperException | RetryLater e) {
      LOG.debug("empty parents of {} stay: {}", path, e.toString());
    }
  }

  private RuntimeException failed(String path, KeeperException e) {
    return switch (e.code()) {
      case NOCHILDRENFOREPHEMERALS ->
          new IllegalArgumentException("node " + path + " is below a lease", e);
      case CONNECTIONLOSS, SESSIONEXPIRED, OPERATIONTIMEOUT, SESSIONMOVED ->
          new RetryLater("zookeeper " + config.servers() + ": node " + path + ": " + e, e);
      default -> new IllegalStateException("zookeeper node " + path + ": " + e, e);
    };
  }

  private String pathOf(String key) {
    return config.root() + "/" + Keys.check(key);
  }

  private static byte[] bytesOf(String key, byte[] value) {
    byte[] bytes = new byte[Keys.check(key, value).length + 1];
    bytes[0] = 1;
    System.arraycopy(value, 0, bytes, 1, value.length);
    return bytes;
  }

  private static byte[] valueOf(byte[] bytes) {
    byte[] value = new byte[bytes.length - 1];
    System.arraycopy(bytes, 1, value, 0, value.length);
    return value;
  }

  /// Held while its session is.
  private final class ZooKeeperLease implements Lease {
    private final ZooKeeperSession session;
    private final String key;
    private final String path;
    private volatile boolean gone;

    ZooKeeperLease(ZooKeeperSession session, String key, String path) {
      this.session = session;
      this.key = key;
      this.path = path;
    }

    @Override
    public void update(byte[] value) {
      byte[] bytes = bytesOf(key, value);
      long end = sessions.deadline();
      while (!gone && !session.isLost()) {
        try {
          ZooKeeper zk = session.zk();
          sessions.await(ZooKeeperCalls.replace(zk, path, bytes, -1), end);
          return;
        } catch (KeeperException e) {
          switch (e.code()) {
            case NONODE -> gone = true;
            case SESSIONEXPIRED -> session.lose();
            case CONNECTIONLOSS -> sessions.awaitConnection(session, end);
            default -> throw failed(path, e);
          }
        }
      }
      throw new Fenced("lease of key " + key + ": lost");
    }

    @Override
    public boolean isHeld() {
      return !gone && session.isHeld();
    }

    @Override
    public void close() {
      if (gone || session.isLost()) {
        return;
      }
      gone = true;
      try {
        sessions.await(ZooKeeperCalls.delete(session.zk(), path, -1), sessions.deadline());
      } catch (KeeperException | RetryLater e) {
        if (!(e instanceof KeeperException.NoNodeException)) {
          abandoned.add(new Abandoned(session, path));
        }
      }
    }
  }
}
