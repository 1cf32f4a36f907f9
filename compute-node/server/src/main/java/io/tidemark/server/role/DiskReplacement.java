package io.tidemark.server.role;

import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.log.node.LostDisk;
import io.tidemark.server.StartupFailure;
import io.tidemark.storage.error.TidemarkException;
import java.util.function.Consumer;

/// What the commands do that replace the disk of a log node.
public final class DiskReplacement {
  private DiskReplacement() {}

  /// Copies what `node` has lost from the other log nodes; `tell` hears sentences of how far it is.
  ///
  /// @param coordination ZooKeeper servers of the cluster
  /// @throws StartupFailure if it is not done
  public static void perform(String coordination, String node, Consumer<String> tell)
      throws StartupFailure {
    try (Coordination connected =
        ZooKeeperCoordination.open(ZooKeeperConfig.of(coordination, ClusterConnection.KEYS))) {
      int disks =
          LostDisk.replace(
              BookKeeperConfig.of(coordination, ClusterConnection.LEDGERS),
              connected,
              node,
              progress ->
                  tell.accept(
                      "%s: %d of %d ledgers copied, %d left"
                          .formatted(
                              node,
                              progress.copied(),
                              progress.ledgers(),
                              progress.ledgers() - progress.copied())));
      tell.accept(
          disks == 0
              ? node + ": no lost disk; the log has all its copies of what was on this node"
              : node + ": replaced, the log has all its copies again");
    } catch (TidemarkException | IllegalArgumentException e) {
      throw new StartupFailure("not replaced: " + e.getMessage(), e);
    }
  }
}
