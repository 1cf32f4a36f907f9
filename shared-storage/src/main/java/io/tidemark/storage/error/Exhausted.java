package io.tidemark.storage.error;

/// A bounded resource (disk, memory, queue) is full: back off, and go on when space returns.
public final class Exhausted extends TidemarkException {
  private static final long serialVersionUID = 1L;

  public Exhausted(String message) {
    super(message, null);
  }

  public Exhausted(String message, Throwable cause) {
    super(message, cause);
  }
}
