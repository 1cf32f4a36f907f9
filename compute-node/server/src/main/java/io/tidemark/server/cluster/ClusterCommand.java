package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tidemark cluster`: a cluster of separate processes on this machine.
@Command(
    name = "cluster",
    mixinStandardHelpOptions = true,
    description = "Runs a whole cluster as separate processes on this machine.",
    subcommands = {
      StartCommand.class,
      ClusterCommand.Status.class,
      ClusterCommand.Stop.class,
      ClusterCommand.Kill.class,
      ClusterCommand.Restart.class,
      ReplaceDiskCommand.class,
      RehearseCommand.class
    })
public final class ClusterCommand implements Runnable {
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /// What is done with the cluster of a directory; a failure is one sentence and status 1.
  abstract static class Action implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        defaultValue = "tidemark-cluster",
        description = "Directory of the cluster. Default: ${DEFAULT-VALUE}")
    private Path directory = Path.of("");

    @Override
    public final Integer call() {
      try {
        return perform();
      } catch (StartupFailure e) {
        System.err.println("tidemark: " + e.getMessage());
        return 1;
      }
    }

    /// Returns the exit status.
    abstract int perform() throws StartupFailure;

    Path directory() {
      return directory;
    }

    CommandSpec spec() {
      return spec;
    }

    PrintWriter out() {
      return spec.commandLine().getOut();
    }

    void print(String line) {
      out().println(line);
      out().flush();
    }
  }

  /// What is done with one node.
  private abstract static class NodeAction extends Action {
    @Parameters(paramLabel = "NODE", description = "Name of a node, such as page-1.")
    private String node = "";

    @Override
    final int perform() throws StartupFailure {
      try (ClusterDirectory cluster = ClusterDirectory.open(directory())) {
        perform(cluster.node(node));
        return 0;
      }
    }

    abstract void perform(LocalNode target) throws StartupFailure;
  }

  /// `cluster status`.
  @Command(
      name = "status",
      mixinStandardHelpOptions = true,
      description = {"Prints a line for each node. Exit status 0 if all are ready, 1 if not."})
  static final class Status extends Action {
    @Override
    int perform() throws StartupFailure {
      boolean ready = true;
      List<NodeLine> lines = new ArrayList<>();
      for (LocalNode node : ClusterDirectory.nodes(directory())) {
        NodeLine line = NodeLine.of(node);
        ready &= line.isReady();
        lines.add(line);
      }
      print(NodeLine.HEADER);
      lines.forEach(line -> print(line.toString()));
      return ready ? 0 : 1;
    }
  }

  /// `cluster stop`.
  @Command(
      name = "stop",
      mixinStandardHelpOptions = true,
      description = "Stops all nodes, compute nodes first. What is stored stays.")
  static final class Stop extends Action {
    @Override
    int perform() throws StartupFailure {
      try (ClusterDirectory cluster = ClusterDirectory.open(directory())) {
        List<LocalNode> nodes = cluster.nodes();
        for (NodeKind kind : List.of(NodeKind.values()).reversed()) {
          stop(this, nodes.stream().filter(node -> node.kind() == kind).toList());
        }
        return 0;
      }
    }
  }

  /// `cluster kill`.
  @Command(
      name = "kill",
      mixinStandardHelpOptions = true,
      description = "Ends a node with SIGKILL, as a crash does.")
  static final class Kill extends NodeAction {
    @Override
    void perform(LocalNode target) throws StartupFailure {
      Optional<ProcessHandle> process = target.process();
      if (process.isEmpty()) {
        throw new StartupFailure(target.name() + " does not run");
      }
      target.kill();
      print(target.name() + " (pid " + process.get().pid() + ") is killed");
    }
  }

  /// `cluster restart`.
  @Command(
      name = "restart",
      mixinStandardHelpOptions = true,
      description = "Stops a node if it runs, starts it, and waits until it is ready.")
  static final class Restart extends NodeAction {
    @Override
    void perform(LocalNode target) throws StartupFailure {
      stop(this, List.of(target));
      new NodeStarter(out()).start(List.of(target));
    }
  }

  /// Stops nodes at the same time; one that does not end in time is killed.
  private static void stop(Action action, List<LocalNode> nodes) throws StartupFailure {
    long began = System.nanoTime();
    List<LocalNode> running = new ArrayList<>();
    for (LocalNode node : nodes) {
      if (node.process().isPresent()) {
        node.terminate();
        running.add(node);
      }
    }
    for (LocalNode node : running) {
      boolean clean = node.awaitEnd(STOP_PATIENCE);
      if (!clean) {
        node.kill();
      }
      action.print(
          "%s %s after %.1f s"
              .formatted(
                  node.name(),
                  clean ? "has stopped" : "did not stop and was killed",
                  (System.nanoTime() - began) / 1e9));
    }
  }
}
