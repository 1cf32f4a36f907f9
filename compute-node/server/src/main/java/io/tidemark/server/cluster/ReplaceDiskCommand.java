package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import io.tidemark.server.role.DiskReplacement;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tidemark cluster replace-disk`: see [DiskReplacement].
@Command(
    name = "replace-disk",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = {
      "Gives the log its copies back after a log node has lost its disk.",
      "",
      "Restart the node first, without DIR/nodes/NODE/data, while the others run: it takes part at"
          + " once. Then this copies what the lost disk had from the others, and commits go on"
          + " meanwhile. It may be repeated. Exit status 0: all copies are there again; 1: not yet,"
          + " the reason is told.",
      ""
    })
final class ReplaceDiskCommand extends ClusterCommand.Action {
  @Parameters(paramLabel = "NODE", description = "Name of the log node, such as log-2.")
  private String node = "";

  @Override
  int perform() throws StartupFailure {
    try (ClusterDirectory cluster = ClusterDirectory.open(directory())) {
      if (cluster.node(node).kind() != NodeKind.LOG_NODE) {
        throw new StartupFailure(node + " is not a log node; the others have no disk to lose");
      }
      DiskReplacement.perform(cluster.coordination(), node, this::print);
      return 0;
    }
  }
}
