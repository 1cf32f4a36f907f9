package io.tidemark.storage.error;

/// A passing condition: the same call may succeed later, within the caller's deadline.
public final class RetryLater extends TidemarkException {
  private static final long serialVersionUID = 1L;

  public RetryLater(String message) {
    super(message, null);
  }

  public RetryLater(String message, Throwable cause) {
    super(message, cause);
  }
}
