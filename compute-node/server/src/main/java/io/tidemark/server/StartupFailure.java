package io.tidemark.server;

/// A process cannot start, for a reason that one sentence tells: printed without a stack trace,
/// exit status 1.
public final class StartupFailure extends Exception {
  private static final long serialVersionUID = 1L;

  public StartupFailure(String sentence) {
    super(sentence);
  }

  public StartupFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
