package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import io.tidemark.server.option.ObjectStoreOptions;
import io.tidemark.server.option.OptionValues;
import io.tidemark.storage.ByteSize;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/// `tidemark cluster start`. The options that were given are passed on as they were written: they
/// become the cluster's settings, and those of its nodes.
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Makes a cluster on this machine, or starts what does not run of the one in --dir, and waits"
          + " until all nodes are ready.",
      "",
      "Nodes are log-1.., page-1.., compute-1 (the writer) and compute-2.. (replicas); what a node"
          + " prints is in DIR/nodes/NAME/log.txt. Options other than --dir are of the first start;"
          + " later ones may only raise --replicas.",
      ""
    })
final class StartCommand extends ClusterCommand.Action {
  @Option(
      names = "--log-nodes",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description = "Log nodes, at least 3. Default: 3")
  private @Nullable Integer logNodes;

  @Option(
      names = "--page-servers",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description = "Page servers. Default: 2")
  private @Nullable Integer pageServers;

  @Option(
      names = "--shards",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description = "Shards of the pages, spread over the page servers. Default: 2")
  private @Nullable Integer shards;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description = "Read replicas. Default: 1")
  private @Nullable Integer replicas;

  @Option(
      names = "--mysql-port",
      paramLabel = "PORT",
      converter = OptionValues.Port.class,
      description = "Port of the writer for MySQL clients. Default: 3306")
  private @Nullable Integer mysqlPort;

  @Option(
      names = "--replica-port",
      paramLabel = "PORT",
      converter = OptionValues.Port.class,
      description = "Port of the first replica; further ones take the following. Default: 3307")
  private @Nullable Integer replicaPort;

  @Option(
      names = "--base-port",
      paramLabel = "PORT",
      converter = OptionValues.Port.class,
      description = "First of 300 ports for everything else. Default: 7400")
  private @Nullable Integer basePort;

  @Option(
      names = "--buffer-pool",
      paramLabel = "SIZE",
      converter = OptionValues.Size.class,
      description = "Buffer pool of each compute node. Default: 256M")
  private @Nullable ByteSize bufferPool;

  @Mixin private ObjectStoreOptions objects = new ObjectStoreOptions();

  @Override
  int perform() throws StartupFailure {
    try (ClusterDirectory cluster = ClusterDirectory.make(directory(), given())) {
      List<LocalNode> nodes = cluster.nodes();
      new NodeStarter(out()).start(nodes);
      String clients =
          String.join(
              ", ",
              nodes.stream()
                  .filter(node -> node.kind() == NodeKind.COMPUTE)
                  .map(node -> node.role() + " " + node.clientAddress().orElse(""))
                  .toList());
      print("the cluster is ready: " + clients);
      return 0;
    }
  }

  /// What stands on the command line, by names without dashes.
  private Map<String, String> given() {
    Map<String, String> given = new TreeMap<>();
    for (OptionSpec option : spec().commandLine().getParseResult().matchedOptions()) {
      String key = option.longestName().substring(2);
      if (ClusterPlan.KEYS.contains(key)) {
        List<String> values = option.originalStringValues();
        given.put(key, values.isEmpty() ? "true" : values.getFirst());
      }
    }
    return given;
  }
}
