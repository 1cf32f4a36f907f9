package io.tidemark.server;

import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The parts of a node in the order in which they were opened; closes them in reverse, each
/// whatever happened to the others. Confined to the thread that starts the node, then to the one
/// that stops it.
public final class OpenParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenParts.class);

  private final ArrayDeque<Part> parts = new ArrayDeque<>();

  private record Part(String name, AutoCloseable resource) {}

  /// Remembers an opened part and hands it back.
  public <T extends AutoCloseable> T add(String name, T resource) {
    parts.push(new Part(name, resource));
    return resource;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      long began = System.nanoTime();
      try {
        part.resource().close();
        LOG.debug("{} closed in {} ms", part.name(), (System.nanoTime() - began) / 1_000_000);
      } catch (Exception e) {
        LOG.warn("{} was not closed cleanly", part.name(), e);
      }
    }
  }
}
