package io.tidemark.storage.error;

/// A request that the user must hear about, with MySQL's error number, SQLSTATE and text.
///
/// Carries no stack trace: it is an answer, not a fault.
public final class Rejected extends TidemarkException {
  private static final long serialVersionUID = 1L;

  private final MySqlError error;

  /// `arguments` fill the message template of `error`, see [MySqlError#format].
  public Rejected(MySqlError error, Object... arguments) {
    super(error.format(arguments), null);
    this.error = error;
  }

  public MySqlError error() {
    return error;
  }

  @Override
  public Throwable fillInStackTrace() {
    return this;
  }
}
