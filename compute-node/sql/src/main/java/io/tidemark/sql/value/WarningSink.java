package io.tidemark.sql.value;

import io.tidemark.storage.error.MySqlError;

/// Takes what SHOW WARNINGS will list.
public interface WarningSink {
  /// The column Level of SHOW WARNINGS.
  enum Severity {
    NOTE,
    WARNING,
    ERROR
  }

  /// `arguments` fill the message template of `error`.
  void add(Severity severity, MySqlError error, Object... arguments);

  default void warn(MySqlError error, Object... arguments) {
    add(Severity.WARNING, error, arguments);
  }

  default void note(MySqlError error, Object... arguments) {
    add(Severity.NOTE, error, arguments);
  }
}
