package io.tidemark.storage.error;

/// Stored bytes are not what was written. The message names object, expected and found; the node
/// stops serving the object.
public final class Corrupt extends TidemarkException {
  private static final long serialVersionUID = 1L;

  public Corrupt(String message) {
    super(message, null);
  }

  public Corrupt(String message, Throwable cause) {
    super(message, cause);
  }
}
