package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import io.tidemark.server.option.ConfigurationFile;
import io.tidemark.server.option.OptionValues;
import io.tidemark.server.role.ComputeCommand;
import io.tidemark.server.role.LogNodeCommand;
import io.tidemark.server.role.PageServerCommand;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `tidemark cluster rehearse`: a small cluster in one process, until that is told to end. Nothing
/// that anybody would run: a JVM that records what it loads sees here, in one go, the classes of
/// every role, and the launcher makes the start-up cache of nodes from it.
@Command(
    name = "rehearse",
    mixinStandardHelpOptions = true,
    hidden = true,
    description = "Runs a small cluster in one process. For making the start-up cache.")
final class RehearseCommand extends ClusterCommand.Action {
  @Option(
      names = "--base-port",
      paramLabel = "PORT",
      required = true,
      converter = OptionValues.Port.class,
      description = "First of 300 ports.")
  private int basePort;

  private static final Duration WORK = Duration.ofSeconds(8);

  @Override
  int perform() throws StartupFailure {
    int mysqlPort = basePort + 290;
    Map<String, String> plan =
        Map.of(
            ClusterPlan.PAGE_SERVERS,
            "1",
            ClusterPlan.SHARDS,
            "1",
            ClusterPlan.BASE_PORT,
            Integer.toString(basePort),
            ClusterPlan.MYSQL_PORT,
            Integer.toString(mysqlPort),
            ClusterPlan.REPLICA_PORT,
            Integer.toString(mysqlPort + 1),
            ClusterPlan.BUFFER_POOL,
            "16M");
    try (ClusterDirectory cluster = ClusterDirectory.make(directory(), plan)) {
      List<Thread> nodes = new ArrayList<>();
      for (LocalNode node : cluster.nodes()) {
        nodes.add(Thread.ofPlatform().name(node.name()).start(() -> run(node)));
      }
      RehearsalLoad.run(mysqlPort, WORK);
      System.out.println("tidemark is ready: rehearsed");
      for (Thread node : nodes) {
        node.join();
      }
      return 0;
    } catch (IOException e) {
      throw new StartupFailure("rehearsal: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 1;
    }
  }

  private static void run(LocalNode node) {
    CommandLine command =
        new CommandLine(
            switch (node.kind()) {
              case LOG_NODE -> new LogNodeCommand();
              case PAGE_SERVER -> new PageServerCommand();
              case COMPUTE -> new ComputeCommand();
            });
    String[] arguments = {"--config", node.configuration().toString()};
    ConfigurationFile.apply(command, arguments);
    command.execute(arguments);
  }
}
