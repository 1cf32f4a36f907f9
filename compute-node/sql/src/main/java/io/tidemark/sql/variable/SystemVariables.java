package io.tidemark.sql.variable;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// All system variables by name, read from `system-variables.txt`.
public final class SystemVariables {
  private static final Map<String, SystemVariable> ALL = load();

  private SystemVariables() {}

  /// In the order of their names.
  public static Collection<SystemVariable> all() {
    return ALL.values();
  }

  public static Optional<SystemVariable> find(String name) {
    SystemVariable exact = ALL.get(name);
    return Optional.ofNullable(exact != null ? exact : ALL.get(name.toLowerCase(Locale.ROOT)));
  }

  /// @throws Rejected 1193 for an unknown variable
  public static SystemVariable get(String name) {
    return find(name).orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_SYSTEM_VARIABLE, name));
  }

  private static Map<String, SystemVariable> load() {
    Map<String, SystemVariable> variables = new TreeMap<>();
    try (InputStream in =
            Objects.requireNonNull(
                SystemVariables.class.getResourceAsStream("system-variables.txt"));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      List<String> lines = new ArrayList<>(reader.lines().toList());
      for (String line : lines) {
        if (!line.startsWith("#") && !line.isBlank()) {
          SystemVariable variable = parse(line);
          variables.put(variable.name(), variable);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return variables;
  }

  private static SystemVariable parse(String line) {
    String[] parts = line.split("\\|", 5);
    if (parts.length != 5) {
      throw new IllegalStateException("system-variables.txt: expected 5 fields in " + line);
    }
    return new SystemVariable(
        parts[0],
        SystemVariable.Scope.valueOf(parts[1].toUpperCase(Locale.ROOT)),
        parts[2].equals("ro"),
        type(parts[3]),
        parts[4].equals("NULL") ? Optional.empty() : Optional.of(parts[4]));
  }

  private static VariableType type(String text) {
    String[] words = text.split(" ");
    return switch (words[0]) {
      case "bool" -> new VariableType.Bool();
      case "int" -> new VariableType.Int(new BigInteger(words[1]), new BigInteger(words[2]));
      case "double" ->
          new VariableType.Fraction(Double.parseDouble(words[1]), Double.parseDouble(words[2]));
      case "enum" -> new VariableType.Choice(List.of(words[1].split(",")));
      case "string" -> new VariableType.Text();
      case "charset" -> new VariableType.CharsetName();
      case "collation" -> new VariableType.CollationName();
      case "timezone" -> new VariableType.TimeZone();
      case "sqlmode" -> new VariableType.SqlModes();
      case "engine" -> new VariableType.Engine();
      case "isolation" ->
          new VariableType.Choice(
              List.of("READ-UNCOMMITTED", "READ-COMMITTED", "REPEATABLE-READ", "SERIALIZABLE"));
      default -> throw new IllegalStateException("system-variables.txt: unknown type " + text);
    };
  }
}
