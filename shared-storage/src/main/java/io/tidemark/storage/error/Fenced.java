package io.tidemark.storage.error;

/// A higher epoch exists: the caller must stop writing and step down.
public final class Fenced extends TidemarkException {
  private static final long serialVersionUID = 1L;

  public Fenced(String message) {
    super(message, null);
  }

  public Fenced(String message, Throwable cause) {
    super(message, cause);
  }
}
