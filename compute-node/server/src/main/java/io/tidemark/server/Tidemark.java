package io.tidemark.server;

import io.tidemark.server.cluster.ClusterCommand;
import io.tidemark.server.option.ConfigurationFile;
import io.tidemark.server.role.ComputeCommand;
import io.tidemark.server.role.LogNodeCommand;
import io.tidemark.server.role.PageServerCommand;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command line: one subcommand for each role of a process. Without one it is a usage error.
/// Exit status: 0 done, 1 failed, 2 not understood.
@Command(
    name = "tidemark",
    description = "A MySQL-compatible database whose only durable write is its redo log.",
    mixinStandardHelpOptions = true,
    versionProvider = Tidemark.Version.class,
    synopsisSubcommandLabel = "ROLE",
    subcommands = {
      DevCommand.class,
      LogNodeCommand.class,
      PageServerCommand.class,
      ComputeCommand.class,
      ClusterCommand.class,
      CtlCommand.class
    })
public final class Tidemark implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /// Runs what `arguments` say; returns the exit status.
  static int execute(String... arguments) {
    CommandLine line = new CommandLine(new Tidemark());
    CommandLine role = arguments.length == 0 ? null : line.getSubcommands().get(arguments[0]);
    try {
      if (role != null) {
        ConfigurationFile.apply(role, arguments);
      }
    } catch (ParameterException e) {
      System.err.println("tidemark: " + e.getMessage());
      return ExitCode.USAGE;
    }
    return line.execute(arguments);
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing ROLE");
  }

  /// The version in the jar's manifest; classes outside a jar have none.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Tidemark.class.getPackage().getImplementationVersion();
      return new String[] {"tidemark " + Objects.requireNonNullElse(version, "(not packaged)")};
    }
  }
}
