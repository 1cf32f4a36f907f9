package io.tidemark.log.node;

import java.nio.file.Path;
import java.util.List;

/// How a [LogNode] runs.
///
/// @param name unique in the cluster
/// @param directory everything the node stores
/// @param host the address it listens on, and by which the others reach it
/// @param root path in ZooKeeper below which the cluster keeps everything
public record LogNodeConfig(
    String name, Path directory, String host, int bookiePort, String root, Quorum quorum) {
  public LogNodeConfig {
    if (!root.startsWith("/") || root.length() < 2) {
      throw new IllegalArgumentException("root: expected /name, found " + root);
    }
  }

  /// Path of the keys of coordination.
  public String keysRoot() {
    return root + "/keys";
  }

  /// Path of what BookKeeper keeps.
  public String ledgersRoot() {
    return root + "/ledgers";
  }

  /// The ZooKeeper that the cluster uses.
  public sealed interface Quorum {
    /// `host:port,host:port,..`
    String servers();
  }

  /// One that somebody else runs.
  public record External(String servers) implements Quorum {}

  /// One of which every node listed runs a peer; `own` is this node's number.
  public record Embedded(int own, List<Peer> peers) implements Quorum {
    public Embedded {
      peers = List.copyOf(peers);
      if (peers.stream().filter(peer -> peer.number() == own).count() != 1) {
        throw new IllegalArgumentException("peer " + own + ": expected once in " + peers);
      }
    }

    @Override
    public String servers() {
      return String.join(
          ",", peers.stream().map(peer -> peer.host() + ":" + peer.clientPort()).toList());
    }

    Peer ownPeer() {
      return peers.stream().filter(peer -> peer.number() == own).findFirst().orElseThrow();
    }
  }

  /// A ZooKeeper peer: its number, and where clients, followers and voters reach it.
  public record Peer(int number, String host, int clientPort, int peerPort, int electionPort) {
    public Peer {
      if (number < 1 || number > 255) {
        throw new IllegalArgumentException("peer number: expected 1..255, found " + number);
      }
    }
  }
}
