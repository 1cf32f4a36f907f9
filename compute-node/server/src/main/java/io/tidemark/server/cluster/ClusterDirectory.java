package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import io.tidemark.storage.certificate.CertificateMaker;
import io.tidemark.storage.certificate.PemFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The directory of a cluster on this machine, locked for as long as it is open: one command at a
/// time starts and stops nodes.
///
/// | name | what |
/// | --- | --- |
/// | `cluster.conf` | with which options it was made |
/// | `certificates/` | the authority of the cluster and what it has signed |
/// | `token` | the cluster's token |
/// | `nodes/NAME/` | see [LocalNode] |
/// | `objects/` | the object store, unless it is elsewhere |
/// | `lock` | held while a command works |
final class ClusterDirectory implements AutoCloseable {
  private static final int TOKEN_BYTES = 24;

  private final Path root;
  private final FileChannel lock;

  private ClusterDirectory(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /// Opens the directory of a cluster.
  ///
  /// @throws StartupFailure if there is none
  static ClusterDirectory open(Path directory) throws StartupFailure {
    Path root = directory.toAbsolutePath().normalize();
    if (!Files.exists(root.resolve("cluster.conf"))) {
      throw new StartupFailure("there is no cluster in " + root);
    }
    return new ClusterDirectory(root, lock(root));
  }

  /// Opens the directory, and makes what a cluster of `given` lacks in it; what is there stays.
  static ClusterDirectory make(Path directory, Map<String, String> given) throws StartupFailure {
    Path root = directory.toAbsolutePath().normalize();
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new StartupFailure("directory " + root + " cannot be made: " + e, e);
    }
    ClusterDirectory cluster = new ClusterDirectory(root, lock(root));
    try {
      cluster.prepare(given);
      return cluster;
    } catch (IOException e) {
      cluster.close();
      throw new StartupFailure("directory " + root + " cannot be used: " + e, e);
    } catch (StartupFailure e) {
      cluster.close();
      throw e;
    }
  }

  private static FileChannel lock(Path root) throws StartupFailure {
    try {
      FileChannel channel =
          FileChannel.open(
              root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock held = channel.tryLock();
      if (held == null) {
        channel.close();
        throw new StartupFailure("another command is at work on the cluster in " + root);
      }
      return channel;
    } catch (IOException e) {
      throw new StartupFailure("directory " + root + " cannot be used: " + e, e);
    }
  }

  private void prepare(Map<String, String> given) throws IOException, StartupFailure {
    Path conf = root.resolve("cluster.conf");
    checkEmptyOrCluster(conf);
    ClusterPlan plan = ClusterPlan.of(SettingsFile.read(conf), given);
    Path certificates = root.resolve("certificates");
    if (!Files.exists(certificates)) {
      CertificateMaker.authority(certificates);
    }
    Path token = root.resolve("token");
    if (!Files.exists(token)) {
      byte[] bytes = new byte[TOKEN_BYTES];
      new SecureRandom().nextBytes(bytes);
      PemFiles.writePrivate(token, HexFormat.of().formatHex(bytes) + "\n");
    }
    for (Map.Entry<String, Map<String, String>> node : plan.nodes(root).entrySet()) {
      makeNode(certificates, node.getKey(), node.getValue());
    }
    SettingsFile.write(conf, "tidemark cluster", new TreeMap<>(plan.settings()));
  }

  private void checkEmptyOrCluster(Path conf) throws IOException, StartupFailure {
    if (Files.exists(conf)) {
      return;
    }
    try (var entries = Files.list(root)) {
      List<String> foreign =
          entries
              .map(entry -> String.valueOf(entry.getFileName()))
              .filter(name -> !List.of("lock", "certificates", "token", "nodes").contains(name))
              .toList();
      if (!foreign.isEmpty()) {
        throw new StartupFailure(
            "directory %s is not empty and holds no cluster (found %s)"
                .formatted(root, foreign.getFirst()));
      }
    }
  }

  private void makeNode(Path certificates, String name, Map<String, String> options)
      throws IOException {
    Path own = root.resolve("nodes").resolve(name);
    Path conf = own.resolve(LocalNode.CONF);
    if (Files.exists(conf)) {
      return;
    }
    Path tls = Files.createDirectories(own.resolve("tls"));
    CertificateMaker.node(certificates, name, List.of());
    copy(certificates.resolve(CertificateMaker.AUTHORITY_CERTIFICATE), tls.resolve("ca-cert.pem"));
    copy(certificates.resolve(name + "-cert.pem"), tls.resolve("node-cert.pem"));
    copy(certificates.resolve(name + "-key.pem"), tls.resolve("node-key.pem"));
    SettingsFile.write(conf, "tidemark " + name, options);
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
  }

  Path root() {
    return root;
  }

  /// The nodes, in the order in which they start.
  List<LocalNode> nodes() throws StartupFailure {
    return nodes(root);
  }

  /// As above, of a directory that is not locked.
  static List<LocalNode> nodes(Path root) throws StartupFailure {
    List<LocalNode> nodes = new ArrayList<>();
    try (var entries = Files.list(root.toAbsolutePath().normalize().resolve("nodes"))) {
      for (Path entry : entries.toList()) {
        if (Files.exists(entry.resolve(LocalNode.CONF))) {
          nodes.add(LocalNode.of(entry));
        }
      }
    } catch (IOException e) {
      throw new StartupFailure("there is no cluster in " + root.toAbsolutePath(), e);
    }
    nodes.sort(
        Comparator.comparing(LocalNode::kind)
            .thenComparingInt(node -> node.name().length())
            .thenComparing(LocalNode::name));
    return nodes;
  }

  /// One node.
  LocalNode node(String name) throws StartupFailure {
    NodeKind.of(name);
    List<LocalNode> nodes = nodes();
    return nodes.stream()
        .filter(node -> node.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new StartupFailure(
                "there is no node %s; there are %s"
                    .formatted(
                        name, String.join(", ", nodes.stream().map(LocalNode::name).toList()))));
  }

  /// The ZooKeeper servers, as the nodes know them that are none of them.
  String coordination() throws StartupFailure {
    return nodes().stream()
        .filter(node -> node.kind() != NodeKind.LOG_NODE)
        .map(LocalNode::coordination)
        .findFirst()
        .orElseThrow(() -> new StartupFailure("the cluster in " + root + " has only log nodes"));
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new IllegalStateException("lock of " + root + " was not released", e);
    }
  }
}
