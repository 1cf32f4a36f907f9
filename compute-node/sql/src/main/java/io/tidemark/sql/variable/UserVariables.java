package io.tidemark.sql.variable;

import io.tidemark.sql.value.NullValue;
import io.tidemark.sql.value.Value;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The session's `@variables`. Names are compared without regard to case. Confined to the session's
/// thread.
public final class UserVariables {
  private final Map<String, Value> values = new HashMap<>();

  /// NULL if it was never set.
  public Value get(String name) {
    return values.getOrDefault(name.toLowerCase(Locale.ROOT), NullValue.NULL);
  }

  public void set(String name, Value value) {
    values.put(name.toLowerCase(Locale.ROOT), value);
  }

  public void clear() {
    values.clear();
  }

  /// A copy of all of them.
  public Map<String, Value> all() {
    return Map.copyOf(values);
  }
}
