package io.tidemark.log.coordination;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/// ZooKeeper's asynchronous calls as futures that fail with [KeeperException]. Reads go through the
/// leader first: a follower may otherwise answer with what was true a moment ago.
final class ZooKeeperCalls {
  private ZooKeeperCalls() {}

  /// A node's bytes and what ZooKeeper says of it.
  static final class Node {
    private final byte[] bytes;
    private final Stat stat;

    Node(byte[] bytes, Stat stat) {
      this.bytes = bytes;
      this.stat = stat;
    }

    byte[] bytes() {
      return bytes;
    }

    Stat stat() {
      return stat;
    }
  }

  static CompletableFuture<Node> read(ZooKeeper zk, String path) {
    CompletableFuture<Node> node = new CompletableFuture<>();
    CompletableFuture<Void> synced = sync(zk, path);
    zk.getData(
        path,
        false,
        (code, p, context, bytes, stat) -> {
          if (succeeded(code, path, node)) {
            node.complete(new Node(bytes == null ? new byte[0] : bytes, stat));
          }
        },
        null);
    return synced.thenCombine(node, (nothing, found) -> found);
  }

  static CompletableFuture<List<String>> children(ZooKeeper zk, String path) {
    CompletableFuture<List<String>> children = new CompletableFuture<>();
    CompletableFuture<Void> synced = sync(zk, path);
    zk.getChildren(
        path,
        false,
        (code, p, context, names) -> {
          if (succeeded(code, path, children)) {
            children.complete(List.copyOf(names));
          }
        },
        null);
    return synced.thenCombine(children, (nothing, found) -> found);
  }

  static CompletableFuture<Stat> create(ZooKeeper zk, String path, byte[] bytes, CreateMode mode) {
    CompletableFuture<Stat> created = new CompletableFuture<>();
    zk.create(
        path,
        bytes,
        ZooDefs.Ids.OPEN_ACL_UNSAFE,
        mode,
        (code, p, context, name, stat) -> {
          if (succeeded(code, path, created)) {
            created.complete(stat);
          }
        },
        null);
    return created;
  }

  static CompletableFuture<Stat> replace(ZooKeeper zk, String path, byte[] bytes, int version) {
    CompletableFuture<Stat> replaced = new CompletableFuture<>();
    zk.setData(
        path,
        bytes,
        version,
        (code, p, context, stat) -> {
          if (succeeded(code, path, replaced)) {
            replaced.complete(stat);
          }
        },
        null);
    return replaced;
  }

  static CompletableFuture<Boolean> delete(ZooKeeper zk, String path, int version) {
    CompletableFuture<Boolean> deleted = new CompletableFuture<>();
    zk.delete(
        path,
        version,
        (code, p, context) -> {
          if (succeeded(code, path, deleted)) {
            deleted.complete(true);
          }
        },
        null);
    return deleted;
  }

  /// Completes when this server has seen all that the leader had.
  static CompletableFuture<Void> sync(ZooKeeper zk, String path) {
    CompletableFuture<Void> synced = new CompletableFuture<>();
    zk.sync(
        path,
        (code, p, context) -> {
          if (succeeded(code, path, synced)) {
            synced.complete(null);
          }
        },
        null);
    return synced;
  }

  /// Events of the node and everything below it go to the session's watcher from here on.
  static CompletableFuture<Void> watch(ZooKeeper zk, String path) {
    CompletableFuture<Void> watching = new CompletableFuture<>();
    zk.addWatch(
        path,
        AddWatchMode.PERSISTENT_RECURSIVE,
        (code, p, context) -> {
          if (succeeded(code, path, watching)) {
            watching.complete(null);
          }
        },
        null);
    return watching;
  }

  private static boolean succeeded(int code, String path, CompletableFuture<?> future) {
    if (code == Code.OK.intValue()) {
      return true;
    }
    future.completeExceptionally(KeeperException.create(Code.get(code), path));
    return false;
  }
}
