package io.tidemark.log.node;

import io.tidemark.log.coordination.Coordination;
import java.util.List;

/// The disks that log nodes have, or had until they lost them, so that a lost one can be spoken of
/// by its node: keys `disks/<node>/<bookie>` whose value is empty, see [BookieIdentity]. A node
/// puts its own when it starts; [LostDisk] removes one when all it had is elsewhere.
///
/// Safe for use by any number of threads.
final class NodeDisks {
  private static final String DISKS = "disks";

  private final Coordination coordination;

  NodeDisks(Coordination coordination) {
    this.coordination = coordination;
  }

  void add(String node, String bookie) {
    // False where it has been put before.
    coordination.create(key(node, bookie), new byte[0]);
  }

  /// The nodes that have had a disk.
  List<String> nodes() {
    return coordination.children(DISKS);
  }

  /// The bookies of a node.
  List<String> of(String node) {
    return coordination.children(DISKS + "/" + node);
  }

  void remove(String node, String bookie) {
    String key = key(node, bookie);
    coordination.find(key).ifPresent(value -> coordination.delete(key, value.version()));
  }

  private static String key(String node, String bookie) {
    return DISKS + "/" + node + "/" + bookie;
  }
}
