package io.tidemark.server.admin;

/// Where a node is in its life.
public sealed interface NodeHealth {
  record Starting(String phase) implements NodeHealth {}

  record Ready() implements NodeHealth {}

  /// It serves, but not all that it should.
  record Impaired(String reason) implements NodeHealth {}

  record Stopping() implements NodeHealth {}

  /// It cannot go on; a restart is needed.
  record Failed(String reason) implements NodeHealth {}

  default boolean isAlive() {
    return !(this instanceof Failed);
  }

  default boolean isReady() {
    return this instanceof Ready;
  }

  default String description() {
    return switch (this) {
      case Starting starting -> "starting: " + starting.phase();
      case Ready ignored -> "ready";
      case Impaired impaired -> "impaired: " + impaired.reason();
      case Stopping ignored -> "stopping";
      case Failed failed -> "failed: " + failed.reason();
    };
  }
}
