package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Starts nodes and waits until they are ready, with a line for each. Confined to one thread.
final class NodeStarter {
  /// Longer than a node waits for what it needs: it can say best what was missing.
  private static final Duration DEADLINE = Duration.ofSeconds(150);

  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final PrintWriter out;

  NodeStarter(PrintWriter out) {
    this.out = out;
  }

  /// Starts those of `nodes` that do not run, log nodes first, and waits for all.
  ///
  /// @throws StartupFailure with the last lines of the node that failed
  void start(List<LocalNode> nodes) throws StartupFailure {
    List<LocalNode> first = nodes.stream().filter(n -> n.kind() == NodeKind.LOG_NODE).toList();
    List<LocalNode> others = nodes.stream().filter(n -> n.kind() != NodeKind.LOG_NODE).toList();
    startTogether(first);
    startTogether(others);
  }

  private void startTogether(List<LocalNode> nodes) throws StartupFailure {
    long began = System.nanoTime();
    List<LocalNode> waiting = new ArrayList<>();
    for (LocalNode node : nodes) {
      if (node.process().isEmpty()) {
        node.start();
        waiting.add(node);
      } else if (NodeLine.of(node).isReady()) {
        print(node.name() + " runs");
      } else {
        waiting.add(node);
      }
    }
    while (!waiting.isEmpty()) {
      List<LocalNode> ready = new ArrayList<>();
      for (LocalNode node : waiting) {
        if (isReady(node, began)) {
          ready.add(node);
          print("%s is ready after %.1f s".formatted(node.name(), secondsSince(began)));
        }
      }
      waiting.removeAll(ready);
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private boolean isReady(LocalNode node, long began) throws StartupFailure {
    NodeLine line = NodeLine.of(node);
    if (line.isReady()) {
      return true;
    }
    if (line.pid().isEmpty()) {
      throw failure(node, "has ended");
    }
    if (System.nanoTime() - began > DEADLINE.toNanos()) {
      throw failure(
          node, "is not ready after %d s (%s)".formatted(DEADLINE.toSeconds(), line.state()));
    }
    return false;
  }

  private static StartupFailure failure(LocalNode node, String what) {
    return new StartupFailure(
        "%s %s; the end of %s:%n  %s"
            .formatted(node.name(), what, node.logFile(), node.lastLines()));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }
}
