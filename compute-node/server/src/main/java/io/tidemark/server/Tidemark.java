package io.tidemark.server;

import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
    subcommands = {DevCommand.class, CtlCommand.class})
public final class Tidemark implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Tidemark()).execute(arguments));
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
