package io.tidemark.log.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.log.Frames;
import io.tidemark.log.LogVerifier;
import io.tidemark.log.bookkeeper.BookKeeperConfig;
import io.tidemark.log.bookkeeper.BookKeeperLedgers;
import io.tidemark.log.bookkeeper.BookKeeperRedoLog;
import io.tidemark.log.bookkeeper.BookKeeperRedoLogConfig;
import io.tidemark.log.coordination.Coordination;
import io.tidemark.log.coordination.NodeEntry;
import io.tidemark.log.coordination.NodeRegistry;
import io.tidemark.log.coordination.ZooKeeperConfig;
import io.tidemark.log.coordination.ZooKeeperCoordination;
import io.tidemark.storage.Durability;
import io.tidemark.storage.Lsn;
import io.tidemark.storage.error.RetryLater;
import io.tidemark.storage.redo.Frame;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogNodeTest {
  private static final String HOST = "127.0.0.1";

  @TempDir private Path directory;

  @Test
  void threeNodesAreALogServiceAndALostDiskIsReplaced() throws Exception {
    List<LogNodeConfig.Peer> peers = new ArrayList<>();
    for (int i = 1; i <= 3; i++) {
      peers.add(
          new LogNodeConfig.Peer(
              i,
              HOST,
              BookKeeperFixture.freePort(),
              BookKeeperFixture.freePort(),
              BookKeeperFixture.freePort()));
    }
    List<LogNode> nodes = startTogether(peers);
    LogNodeConfig first = config(1, peers, "node-1");
    String servers = first.quorum().servers();
    BookKeeperConfig client = BookKeeperConfig.of(servers, first.ledgersRoot());
    try (Coordination coordination =
        ZooKeeperCoordination.open(ZooKeeperConfig.of(servers, first.keysRoot()))) {
      assertThat(new NodeRegistry(coordination).nodes())
          .extracting(NodeEntry::name)
          .containsExactly("log-1", "log-2", "log-3");
      Lsn end = write(client, coordination, Lsn.ZERO, 50);

      String lost = nodes.get(2).status().bookieId();
      assertThatThrownBy(() -> LostBookie.replace(client, lost, progress -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not lost");
      assertThat(LostDisk.replace(client, coordination, "log-3", progress -> {})).isZero();
      assertThatThrownBy(() -> LostDisk.replace(client, coordination, "log-4", progress -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("log-1, log-2, log-3");
      nodes.get(2).close();
      assertThatThrownBy(() -> LostDisk.replace(client, coordination, "log-3", progress -> {}))
          .isInstanceOf(RetryLater.class)
          .hasMessageContaining("does not run");
      end = write(client, coordination, end, 50);
      nodes.set(2, openNode(config(3, peers, "new-disk")));
      assertThat(nodes.get(2).status().bookieId()).isNotEqualTo(lost);
      end = write(client, coordination, end, 50);
      List<LostBookie.Progress> seen = new ArrayList<>();
      assertThat(LostDisk.replace(client, coordination, "log-3", seen::add)).isEqualTo(1);
      assertThat(seen.getFirst().copied()).isZero();
      assertThat(seen.getLast().copied()).isEqualTo(seen.getLast().ledgers()).isPositive();
      assertThat(LostBookie.replace(client, lost, progress -> {}).ledgers()).isZero();
      assertThat(LostDisk.replace(client, coordination, "log-3", seen::add)).isZero();

      nodes.get(1).close();
      nodes.set(1, openNode(config(2, peers, "node-2")));
      try (BookKeeperRedoLog log = open(client, coordination)) {
        LogVerifier.Report report = LogVerifier.verify(log);
        assertThat(report.findings()).isEmpty();
        assertThat(report.end()).isEqualTo(end);
      }
      for (LogNode node : nodes) {
        awaitWritable(node);
        assertThat(node.status().bookie().usedBytes()).isPositive();
      }
    } finally {
      nodes.parallelStream().forEach(LogNode::close);
    }
  }

  /// A bookie that lost its session registers again, and is not writable meanwhile.
  private static void awaitWritable(LogNode node) {
    long end = System.nanoTime() + SECONDS.toNanos(30);
    while (!node.status().bookie().writable()) {
      assertThat(System.nanoTime()).as(node.status().toString()).isLessThan(end);
    }
  }

  private List<LogNode> startTogether(List<LogNodeConfig.Peer> peers) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<LogNode>> starting = new ArrayList<>();
      for (int i = 1; i <= 3; i++) {
        LogNodeConfig config = config(i, peers, "node-" + i);
        starting.add(threads.submit(() -> openNode(config)));
      }
      List<LogNode> nodes = new ArrayList<>();
      for (Future<LogNode> node : starting) {
        nodes.add(node.get(120, SECONDS));
      }
      return nodes;
    }
  }

  private static LogNode openNode(LogNodeConfig config) {
    LogNode node = LogNode.open(config, failure -> {});
    node.announce(Map.of("feed", HOST + ":1"));
    return node;
  }

  private LogNodeConfig config(int number, List<LogNodeConfig.Peer> peers, String disk)
      throws Exception {
    return new LogNodeConfig(
        "log-" + number,
        directory.resolve(disk),
        HOST,
        BookKeeperFixture.freePort(),
        "/tidemark/nodes",
        new LogNodeConfig.Embedded(number, peers));
  }

  private static BookKeeperRedoLog open(BookKeeperConfig client, Coordination coordination) {
    return BookKeeperRedoLog.open(
        BookKeeperLedgers.open(client), coordination, "log/chain", BookKeeperRedoLogConfig.DEFAULT);
  }

  /// A writer that comes, appends and goes.
  private static Lsn write(BookKeeperConfig client, Coordination coordination, Lsn start, int count)
      throws Exception {
    try (BookKeeperRedoLog log = open(client, coordination)) {
      long epoch = log.currentEpoch().next().value();
      assertThat(log.fence(log.currentEpoch().next())).isEqualTo(start);
      Lsn end = start;
      for (int i = 0; i < count; i++) {
        Frame frame = Frames.frame(epoch, end, i, i * 31 % 900);
        end = log.append(frame, Durability.DISK).get(30, SECONDS);
      }
      return end;
    }
  }
}
