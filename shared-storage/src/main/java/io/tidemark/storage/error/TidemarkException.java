package io.tidemark.storage.error;

import org.jspecify.annotations.Nullable;

/// Root of every failure that some code of Tidemark reacts to. The subtype names the reaction:
/// [RetryLater] try again, [Fenced] step down, [Corrupt] stop and name the object, [Rejected] tell
/// the user, [Exhausted] back off.
public abstract sealed class TidemarkException extends RuntimeException
    permits RetryLater, Fenced, Corrupt, Rejected, Exhausted {
  private static final long serialVersionUID = 1L;

  TidemarkException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
