package io.tidemark.log.transport;

/// Where a node listens. Printed as `host:port`, an IPv6 address in brackets. Immutable.
public record NodeAddress(String host, int port) {
  public NodeAddress {
    if (host.isEmpty() || port < 1 || port > 65_535) {
      throw new IllegalArgumentException("node address: host \"" + host + "\", port " + port);
    }
  }

  /// Reads `host:port`.
  public static NodeAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("node address \"" + text + "\": host:port expected");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      return new NodeAddress(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("node address \"" + text + "\": a port expected", e);
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
