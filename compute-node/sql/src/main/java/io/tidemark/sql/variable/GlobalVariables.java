package io.tidemark.sql.variable;

import io.tidemark.storage.error.MySqlError;
import io.tidemark.storage.error.Rejected;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The global values of system variables. Thread-safe: readers see one immutable map, writers
/// replace it.
public final class GlobalVariables {
  private volatile Map<String, String> values;

  // Guarded by this.
  private final Map<String, Consumer<String>> followers = new HashMap<>();

  /// Starts with the defaults, changed by `configured` (names in lower case; the server knows
  /// `port`, `datadir`, `version`, ..).
  public GlobalVariables(Map<String, String> configured) {
    Map<String, String> initial = new HashMap<>();
    for (SystemVariable variable : SystemVariables.all()) {
      variable.defaultText().ifPresent(text -> initial.put(variable.name(), text));
    }
    configured.forEach((name, text) -> initial.put(SystemVariables.get(name).name(), text));
    values = Map.copyOf(initial);
  }

  /// The values as of now, immutable.
  public Map<String, String> snapshot() {
    return values;
  }

  /// The text of a variable; empty for NULL.
  public Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name));
  }

  public String get(String name) {
    return find(name).orElseThrow(() -> new Rejected(MySqlError.UNKNOWN_SYSTEM_VARIABLE, name));
  }

  public long getLong(String name) {
    return Long.parseUnsignedLong(get(name));
  }

  public boolean isOn(String name) {
    return get(name).equals("ON");
  }

  /// Sets an accepted text.
  public synchronized void set(String name, String text) {
    Map<String, String> next = new HashMap<>(values);
    next.put(name, text);
    values = Map.copyOf(next);
    Consumer<String> follower = followers.get(name);
    if (follower != null) {
      follower.accept(text);
    }
  }

  /// Tells `follower` the text of a variable now and whenever it is set.
  public synchronized void follow(String name, Consumer<String> follower) {
    followers.put(name, follower);
    follower.accept(get(name));
  }
}
