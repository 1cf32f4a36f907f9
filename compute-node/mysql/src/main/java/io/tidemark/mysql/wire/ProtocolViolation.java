package io.tidemark.mysql.wire;

import io.tidemark.storage.error.MySqlError;
import java.io.IOException;

/// The client broke the protocol so that its stream cannot be trusted any more: it gets the error,
/// then the connection is closed.
public final class ProtocolViolation extends IOException {
  private static final long serialVersionUID = 1L;

  private final MySqlError error;

  /// `detail` says what was expected and what was found, for the log.
  public ProtocolViolation(MySqlError error, String detail) {
    super(error.format() + ": " + detail);
    this.error = error;
  }

  public MySqlError error() {
    return error;
  }

  /// An answer, not a fault.
  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
