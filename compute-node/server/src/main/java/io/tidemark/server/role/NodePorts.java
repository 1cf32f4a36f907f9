package io.tidemark.server.role;

import io.grpc.ServerServiceDefinition;
import io.tidemark.log.transport.NodeAddress;
import io.tidemark.log.transport.NodeCredentials;
import io.tidemark.log.transport.NodeServer;
import io.tidemark.server.StartupFailure;
import io.tidemark.server.option.NodeOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// The ports at which other nodes reach this one.
final class NodePorts {
  private NodePorts() {}

  static NodeServer open(
      NodeOptions options,
      int port,
      String option,
      NodeCredentials credentials,
      List<ServerServiceDefinition> services)
      throws StartupFailure {
    try {
      return NodeServer.open(new InetSocketAddress(options.bind(), port), credentials, services);
    } catch (IOException e) {
      throw new StartupFailure(
          "port %d on %s cannot be opened: %s; choose another with %s"
              .formatted(port, options.bind().getHostAddress(), rootMessage(e), option),
          e);
    }
  }

  /// `host:port` by which others reach a port of this node.
  static String address(NodeOptions options, int port) {
    return new NodeAddress(options.advertise(), port).toString();
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
