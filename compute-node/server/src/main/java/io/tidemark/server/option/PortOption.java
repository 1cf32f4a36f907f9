package io.tidemark.server.option;

import picocli.CommandLine.Option;

/// The port at which a node serves other nodes. Confined to the thread that parses, then immutable.
public final class PortOption {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      required = true,
      converter = OptionValues.Port.class,
      description = "Port at which other nodes reach this one.")
  private int port;

  public int port() {
    return port;
  }
}
