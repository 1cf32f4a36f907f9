package io.tidemark.sql.variable;

import java.util.Optional;

/// The definition of a system variable. Immutable.
///
/// @param name in lower case
/// @param readOnly cannot be set while the server runs
/// @param defaultText value as SHOW VARIABLES prints it; empty for NULL
public record SystemVariable(
    String name, Scope scope, boolean readOnly, VariableType type, Optional<String> defaultText) {
  /// Where a variable has values.
  public enum Scope {
    GLOBAL,
    SESSION,
    BOTH
  }

  public boolean hasGlobal() {
    return scope != Scope.SESSION;
  }

  public boolean hasSession() {
    return scope != Scope.GLOBAL;
  }
}
