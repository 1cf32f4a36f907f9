package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;

/// What a node does, as its name tells: `log-1` is a log node. In the order in which they start.
enum NodeKind {
  LOG_NODE("log-", "log-node"),
  PAGE_SERVER("page-", "page-server"),
  COMPUTE("compute-", "compute");

  private final String prefix;
  private final String command;

  NodeKind(String prefix, String command) {
    this.prefix = prefix;
    this.command = command;
  }

  /// Name of the node `number`, counted from 1.
  String nodeName(int number) {
    return prefix + number;
  }

  /// The command of `tidemark` that runs it.
  String command() {
    return command;
  }

  static NodeKind of(String node) throws StartupFailure {
    for (NodeKind kind : values()) {
      if (node.matches(kind.prefix + "[1-9][0-9]*")) {
        return kind;
      }
    }
    throw new StartupFailure(
        "'" + node + "' is no node; expected a name such as log-1, page-1 or compute-1");
  }
}
