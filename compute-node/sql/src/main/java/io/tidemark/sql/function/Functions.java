package io.tidemark.sql.function;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// All functions and operators by name, in any case. Operators have their sign as name: `+`, `<=>`,
/// `AND`, `IS NULL`, `NEGATE` (the sign), `BETWEEN`, `IN`, `LIKE`. Words among arguments (units,
/// LEADING, ..) are constant strings.
public final class Functions {
  private static final Map<String, FunctionDefinition> BY_NAME = new HashMap<>();

  static {
    register(ArithmeticFunctions.all());
    register(ComparisonFunctions.all());
    register(LogicFunctions.all());
  }

  private Functions() {}

  private static void register(List<FunctionDefinition> definitions) {
    for (FunctionDefinition definition : definitions) {
      if (BY_NAME.put(definition.name(), definition) != null) {
        throw new IllegalStateException("function " + definition.name() + " is defined twice");
      }
    }
  }

  public static Optional<FunctionDefinition> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name.toUpperCase(Locale.ROOT)));
  }

  /// The function `name`; error 1305 if there is none. `database` is for the message, empty if
  /// there is none.
  public static FunctionDefinition get(String name, String database) {
    return find(name)
        .orElseThrow(() ->
            new Rejected(
                MySqlError.SP_DOES_NOT_EXIST,
                "FUNCTION",
                database.isEmpty() ? name : database + "." + name));
  }

  public static Collection<FunctionDefinition> all() {
    return Collections.unmodifiableCollection(BY_NAME.values());
  }
}
