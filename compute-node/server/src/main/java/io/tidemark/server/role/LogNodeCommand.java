package io.tidemark.server.role;

import io.tidemark.server.option.NodeOptions;
import io.tidemark.server.option.ObjectStoreOptions;
import io.tidemark.server.option.OptionValues;
import io.tidemark.server.option.PortOption;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tidemark log-node`: options of a [LogNodeRole].
@Command(
    name = "log-node",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Runs a node of the log service: a bookie that stores redo, the redo feed at --port, and with"
          + " --coordination embedded a ZooKeeper peer. One of them archives redo to --object-store.",
      "",
      "Three of them are a log service; start them together.",
      ""
    })
public final class LogNodeCommand implements Callable<Integer> {
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private PortOption port = new PortOption();
  @Mixin private ObjectStoreOptions objects = new ObjectStoreOptions();

  @Option(
      names = "--bookie-port",
      paramLabel = "PORT",
      required = true,
      converter = OptionValues.Port.class,
      description = "Port of the bookie, at the address of --advertise.")
  private int bookiePort;

  @Option(
      names = "--zookeeper-id",
      paramLabel = "N",
      converter = OptionValues.Count.class,
      description =
          "With --coordination embedded: which of --zookeeper-peers this node is, from 1.")
  private @Nullable Integer zooKeeperId;

  @Option(
      names = "--zookeeper-peers",
      paramLabel = "HOST:CLIENT:PEER:ELECTION,..",
      description =
          "With --coordination embedded: host and ports of each peer, the same list on every node.")
  private @Nullable String zooKeeperPeers;

  @Override
  public Integer call() {
    LogNodeRole role =
        new LogNodeRole(
            node,
            port.port(),
            bookiePort,
            objects,
            Optional.ofNullable(zooKeeperId),
            Optional.ofNullable(zooKeeperPeers));
    return NodeProcess.run(node.name(), "log-node", role);
  }
}
