package io.tidemark.log.coordination;

import java.util.regex.Pattern;

/// The rules of [Coordination] for keys and values, the same for every implementation.
final class Keys {
  private static final int MAX_CHARS = 200;
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*");
  private static final Pattern DOTS = Pattern.compile("(.*/)?\\.\\.?(/.*)?");

  private Keys() {}

  static String check(String key) {
    if (key.length() > MAX_CHARS || !KEY.matcher(key).matches() || DOTS.matcher(key).matches()) {
      throw new IllegalArgumentException(
          "key '"
              + key
              + "': expected segments of letters, digits, '-', '_' and '.' joined by '/'");
    }
    return key;
  }

  static byte[] check(String key, byte[] value) {
    if (value.length > Coordination.MAX_VALUE_BYTES) {
      throw new IllegalArgumentException(
          "value of key %s: expected at most %d bytes, found %d"
              .formatted(check(key), Coordination.MAX_VALUE_BYTES, value.length));
    }
    return value;
  }

  /// Whether a change of `changed` is one of `key` or below it.
  static boolean covers(String key, String changed) {
    return changed.equals(key) || changed.startsWith(key + "/");
  }
}
