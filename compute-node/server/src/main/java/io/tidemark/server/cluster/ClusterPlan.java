package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How many nodes a cluster has, and at which ports: the options of `cluster start`, by their names
/// without dashes, of which those that are absent have their defaults. Immutable.
///
/// A node's ports are `base-port`, 100 and 200 more for page servers and compute nodes, and 10 more
/// for each node of the kind.
record ClusterPlan(Map<String, String> settings) {
  static final String LOG_NODES = "log-nodes";
  static final String PAGE_SERVERS = "page-servers";
  static final String SHARDS = "shards";
  static final String REPLICAS = "replicas";
  static final String MYSQL_PORT = "mysql-port";
  static final String REPLICA_PORT = "replica-port";
  static final String BASE_PORT = "base-port";
  static final String BUFFER_POOL = "buffer-pool";
  static final String OBJECT_STORE = "object-store";

  private static final String HOST = "127.0.0.1";
  private static final int KIND_PORTS = 100;
  private static final int NODE_PORTS = 10;

  private static final Map<String, String> DEFAULTS =
      Map.of(
          LOG_NODES, "3",
          PAGE_SERVERS, "2",
          SHARDS, "2",
          REPLICAS, "1",
          MYSQL_PORT, "3306",
          REPLICA_PORT, "3307",
          BASE_PORT, "7400",
          BUFFER_POOL, "256M");

  private static final List<String> OF_OBJECT_STORE =
      List.of(OBJECT_STORE, "s3-endpoint", "s3-path-style", "s3-region");

  /// Everything that can be set.
  static final Set<String> KEYS =
      Set.of(
          LOG_NODES,
          PAGE_SERVERS,
          SHARDS,
          REPLICAS,
          MYSQL_PORT,
          REPLICA_PORT,
          BASE_PORT,
          BUFFER_POOL,
          OBJECT_STORE,
          "s3-endpoint",
          "s3-path-style",
          "s3-region");

  ClusterPlan {
    settings = Map.copyOf(settings);
  }

  /// A plan as it was first made, now with `given`: only replicas may become more.
  ///
  /// @throws StartupFailure if something else would change
  static ClusterPlan of(Map<String, String> stored, Map<String, String> given)
      throws StartupFailure {
    Map<String, String> settings = new TreeMap<>(stored.isEmpty() ? given : stored);
    DEFAULTS.forEach(settings::putIfAbsent);
    for (Map.Entry<String, String> one : given.entrySet()) {
      String before = settings.get(one.getKey());
      if (one.getValue().equals(before)) {
        continue;
      }
      if (!one.getKey().equals(REPLICAS) || number(one.getValue()) < number(before)) {
        throw new StartupFailure(
            "--%s %s: the cluster was made with %s; choose another --dir"
                .formatted(one.getKey(), one.getValue(), before == null ? "none" : before));
      }
      settings.put(REPLICAS, one.getValue());
    }
    ClusterPlan plan = new ClusterPlan(settings);
    plan.check();
    return plan;
  }

  private static int number(@Nullable String text) {
    return text == null ? 0 : Integer.parseInt(text);
  }

  private int get(String key) {
    return number(settings.get(key));
  }

  private void check() throws StartupFailure {
    int logNodes = get(LOG_NODES);
    if (logNodes < 3 || logNodes > NODE_PORTS) {
      throw new StartupFailure(
          "--log-nodes %d: expected 3 to %d, of which two have to agree"
              .formatted(logNodes, NODE_PORTS));
    }
    int pageServers = get(PAGE_SERVERS);
    if (pageServers < 1 || pageServers > NODE_PORTS || get(SHARDS) < pageServers) {
      throw new StartupFailure(
          "--page-servers %d, --shards %d: expected 1 to %d page servers and at least as many shards"
              .formatted(pageServers, get(SHARDS), NODE_PORTS));
    }
    if (get(REPLICAS) >= NODE_PORTS) {
      throw new StartupFailure(
          "--replicas %d: expected at most %d".formatted(get(REPLICAS), NODE_PORTS - 1));
    }
  }

  /// What each node is told, by its name, in the order in which they start. `root` is the cluster's
  /// directory.
  Map<String, Map<String, String>> nodes(Path root) {
    Map<String, Map<String, String>> nodes = new LinkedHashMap<>();
    for (int i = 1; i <= get(LOG_NODES); i++) {
      nodes.put(NodeKind.LOG_NODE.nodeName(i), logNode(root, i));
    }
    for (int i = 1; i <= get(PAGE_SERVERS); i++) {
      nodes.put(NodeKind.PAGE_SERVER.nodeName(i), pageServer(root, i));
    }
    for (int i = 1; i <= 1 + get(REPLICAS); i++) {
      nodes.put(NodeKind.COMPUTE.nodeName(i), computeNode(root, i));
    }
    return nodes;
  }

  /// Where the objects are, as options of a node.
  private Map<String, String> objectStore(Path root) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(OBJECT_STORE, root.resolve("objects").toString());
    for (String key : OF_OBJECT_STORE) {
      String value = settings.get(key);
      if (value != null) {
        options.put(key, value);
      }
    }
    return options;
  }

  private Map<String, String> node(Path root, NodeKind kind, int number, String coordination) {
    Path own = root.resolve("nodes").resolve(kind.nodeName(number));
    Map<String, String> options = new LinkedHashMap<>();
    options.put("name", kind.nodeName(number));
    options.put("data", own.resolve("data").toString());
    options.put("bind", HOST);
    options.put("admin-port", Integer.toString(port(kind, number, 1)));
    options.put("coordination", coordination);
    options.put("tls", own.resolve("tls").toString());
    options.put("token-file", root.resolve("token").toString());
    return options;
  }

  private Map<String, String> logNode(Path root, int number) {
    Map<String, String> options = node(root, NodeKind.LOG_NODE, number, "embedded");
    options.put("port", Integer.toString(port(NodeKind.LOG_NODE, number, 0)));
    options.put("bookie-port", Integer.toString(port(NodeKind.LOG_NODE, number, 2)));
    options.put("zookeeper-id", Integer.toString(number));
    options.put(
        "zookeeper-peers",
        joined(i ->
            "%s:%d:%d:%d"
                .formatted(
                    HOST,
                    port(NodeKind.LOG_NODE, i, 3),
                    port(NodeKind.LOG_NODE, i, 4),
                    port(NodeKind.LOG_NODE, i, 5))));
    options.putAll(objectStore(root));
    return options;
  }

  private Map<String, String> pageServer(Path root, int number) {
    Map<String, String> options = node(root, NodeKind.PAGE_SERVER, number, zooKeeperServers());
    List<String> shards = new ArrayList<>();
    for (int shard = number - 1; shard < get(SHARDS); shard += get(PAGE_SERVERS)) {
      shards.add(Integer.toString(shard));
    }
    options.put("port", Integer.toString(port(NodeKind.PAGE_SERVER, number, 0)));
    options.put("shards", String.join(",", shards));
    options.put("shard-count", Integer.toString(get(SHARDS)));
    options.putAll(objectStore(root));
    return options;
  }

  private Map<String, String> computeNode(Path root, int number) {
    Map<String, String> options = node(root, NodeKind.COMPUTE, number, zooKeeperServers());
    int mysql = number == 1 ? get(MYSQL_PORT) : get(REPLICA_PORT) + number - 2;
    options.put("role", number == 1 ? "rw" : "ro");
    options.put("mysql-port", Integer.toString(mysql));
    options.put(BUFFER_POOL, settings.getOrDefault(BUFFER_POOL, ""));
    return options;
  }

  private String zooKeeperServers() {
    return joined(i -> HOST + ":" + port(NodeKind.LOG_NODE, i, 3));
  }

  private String joined(IntFunction<String> peer) {
    return String.join(",", IntStream.rangeClosed(1, get(LOG_NODES)).mapToObj(peer).toList());
  }

  private int port(NodeKind kind, int number, int service) {
    return get(BASE_PORT) + kind.ordinal() * KIND_PORTS + (number - 1) * NODE_PORTS + service;
  }
}
