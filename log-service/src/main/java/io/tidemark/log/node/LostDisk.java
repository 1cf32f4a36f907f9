package io.tidemark.log.node;

import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.storage.error.RetryLater;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Gives the log its redundancy back after a log node has lost its disk and runs with a new one.
///
/// The lost bookies are those that the node has had and that are not there, provided that one of
/// its others is: a node that is merely down has lost nothing.
public final class LostDisk {
  /// Longer than a bookie that was killed counts as there.
  private static final Duration GONE_WAIT = Duration.ofSeconds(40);

  private static final long POLL_NANOS = Duration.ofMillis(250).toNanos();

  private LostDisk() {}

  /// Copies what was on the lost disks of `node` and forgets them; `progress` hears of each ledger.
  /// Returns how many disks those were: none if it has been done before.
  ///
  /// @throws IllegalArgumentException if there never was such a log node
  /// @throws RetryLater if it has to be asked for again, what was copied stays; also if the node
  ///   does not run
  /// @throws io.tidemark.storage.error.Exhausted if too few log nodes are there to copy to
  public static int replace(
      BookKeeperConfig config,
      Coordination coordination,
      String node,
      Consumer<LostBookie.Progress> progress) {
    NodeDisks disks = new NodeDisks(coordination);
    List<String> lost = findLost(config, disks, node);
    for (String bookie : lost) {
      LostBookie.replace(config, bookie, progress);
      disks.remove(node, bookie);
    }
    return lost.size();
  }

  private static List<String> findLost(BookKeeperConfig config, NodeDisks disks, String node) {
    long deadline = System.nanoTime() + GONE_WAIT.toNanos();
    while (true) {
      List<String> known = disks.of(node);
      if (known.isEmpty()) {
        throw new IllegalArgumentException(
            "there is no log node %s; there are %s"
                .formatted(node, String.join(", ", disks.nodes())));
      }
      Set<String> there = LostBookie.bookiesThere(config);
      List<String> gone = known.stream().filter(bookie -> !there.contains(bookie)).toList();
      if (gone.size() == known.size()) {
        throw new RetryLater(
            "log node " + node + " does not run; start it, with an empty directory, and repeat");
      }
      if (gone.size() == known.size() - 1) {
        return gone;
      }
      if (System.nanoTime() - deadline > 0) {
        throw new RetryLater(
            "log node %s: %d bookies of it are there, expected one"
                .formatted(node, known.size() - gone.size()));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
