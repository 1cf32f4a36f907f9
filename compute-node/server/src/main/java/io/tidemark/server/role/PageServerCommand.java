package io.tidemark.server.role;

import io.tidemark.server.option.NodeOptions;
import io.tidemark.server.option.ObjectStoreOptions;
import io.tidemark.server.option.OptionValues;
import io.tidemark.server.option.PortOption;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `tidemark page-server`: options of a [PageServerRole].
@Command(
    name = "page-server",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Runs a page server: reads redo, serves pages at --port, writes layers to --object-store.",
      "",
      "It takes the shards named over from whichever node has them. Everything but the objects is"
          + " cache.",
      ""
    })
public final class PageServerCommand implements Callable<Integer> {
  @Mixin private NodeOptions node = new NodeOptions();
  @Mixin private PortOption port = new PortOption();
  @Mixin private ObjectStoreOptions objects = new ObjectStoreOptions();

  @Option(
      names = "--shards",
      paramLabel = "N,..",
      required = true,
      split = ",",
      converter = OptionValues.Count.class,
      description = "Shards that this node serves, counted from 0.")
  private List<Integer> shards = List.of();

  @Option(
      names = "--shard-count",
      paramLabel = "N",
      defaultValue = "1",
      converter = OptionValues.Count.class,
      description =
          "Shards of the cluster, fixed when its first page server starts. Default: ${DEFAULT-VALUE}")
  private int shardCount;

  @Override
  public Integer call() {
    PageServerRole role = new PageServerRole(node, port.port(), objects, shards, shardCount);
    return NodeProcess.run(node.name(), "page-server", role);
  }
}
