package io.tidemark.server;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tidemark ctl`: looks at stored data, checks it, and mends what a cluster has lost.
@Command(
    name = "ctl",
    mixinStandardHelpOptions = true,
    description =
        "Prints and verifies what a data directory holds; replaces the disk of a log node.",
    subcommands = {
      CtlDump.Redo.class,
      CtlDump.Page.class,
      CtlDump.Layer.class,
      CtlVerify.class,
      CtlReplaceDisk.class
    })
final class CtlCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }
}
