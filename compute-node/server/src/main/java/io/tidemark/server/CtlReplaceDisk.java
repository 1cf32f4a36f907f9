package io.tidemark.server;

import io.tidemark.server.role.DiskReplacement;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tidemark ctl replace-disk`: see [DiskReplacement].
@Command(
    name = "replace-disk",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Gives the log its copies back after a log node has lost its disk.",
      "",
      "Start the node first, with an empty --data, while the others run: it takes part at once. Then"
          + " this copies what the lost disk had from the others, and commits go on meanwhile. It may"
          + " be repeated. Exit status 0: all copies are there again; 1: not yet, the reason is told.",
      ""
    })
final class CtlReplaceDisk implements Callable<Integer> {
  @Parameters(paramLabel = "NODE", description = "--name of the log node.")
  private String node = "";

  @Option(
      names = "--coordination",
      paramLabel = "HOST:PORT,..",
      required = true,
      description = "ZooKeeper servers of the cluster.")
  private String coordination = "";

  @Override
  public Integer call() {
    try {
      DiskReplacement.perform(coordination, node, System.out::println);
      return 0;
    } catch (StartupFailure e) {
      System.err.println("tidemark: " + e.getMessage());
      return 1;
    }
  }
}
