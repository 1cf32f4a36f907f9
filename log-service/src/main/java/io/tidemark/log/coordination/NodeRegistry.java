package io.tidemark.log.coordination;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The nodes of a cluster that are there, by name: leases `nodes/<name>` with a [NodeEntry]. Safe
/// for use by any number of threads.
public final class NodeRegistry {
  private static final String NODES = "nodes";

  private final Coordination coordination;

  public NodeRegistry(Coordination coordination) {
    this.coordination = coordination;
  }

  /// Shows the node until the registration is closed or the process dies; again after a session was
  /// lost, and as soon as a namesake has gone.
  public StandingLease register(NodeEntry node) {
    return StandingLease.open(coordination, NODES + "/" + node.name(), node.encode());
  }

  public Optional<NodeEntry> find(String name) {
    String key = NODES + "/" + name;
    return coordination.find(key).map(value -> NodeEntry.decode(key, value.bytes()));
  }

  /// All nodes, in order of name.
  public List<NodeEntry> nodes() {
    List<NodeEntry> nodes = new ArrayList<>();
    for (String name : coordination.children(NODES)) {
      find(name).ifPresent(nodes::add);
    }
    return nodes;
  }

  /// As [Coordination#watch], for nodes that come, go or change.
  public Coordination.Watch watch(Runnable changed) {
    return coordination.watch(NODES, changed);
  }
}
