package io.tidemark.storage.object;

/// The rules for keys of objects: `/`-separated segments of `[A-Za-z0-9._-]`, each 1 to 200 bytes
/// and none of them `.` or `..`, at most 512 bytes in all.
public final class ObjectKey {
  public static final int MAX_BYTES = 512;
  public static final int MAX_SEGMENT_BYTES = 200;

  private ObjectKey() {}

  /// Returns `key`.
  ///
  /// @throws IllegalArgumentException if it is no key
  public static String check(String key) {
    if (key.isEmpty() || key.length() > MAX_BYTES) {
      throw refused("object key", key, "expected 1.." + MAX_BYTES + " bytes");
    }
    for (String segment : key.split("/", -1)) {
      checkSegment("object key", key, segment);
    }
    return key;
  }

  /// Returns `prefix`, which may end anywhere within a key.
  ///
  /// @throws IllegalArgumentException if no key can start with it
  public static String checkPrefix(String prefix) {
    if (prefix.length() > MAX_BYTES) {
      throw refused("object key prefix", prefix, "expected at most " + MAX_BYTES + " bytes");
    }
    String[] segments = prefix.split("/", -1);
    for (int i = 0; i < segments.length - 1; i++) {
      checkSegment("object key prefix", prefix, segments[i]);
    }
    checkCharacters("object key prefix", prefix, segments[segments.length - 1]);
    return prefix;
  }

  private static void checkSegment(String kind, String key, String segment) {
    if (segment.isEmpty() || segment.length() > MAX_SEGMENT_BYTES) {
      throw refused(kind, key, "expected segments of 1.." + MAX_SEGMENT_BYTES + " bytes");
    }
    if (segment.equals(".") || segment.equals("..")) {
      throw refused(kind, key, "segment '" + segment + "' is not allowed");
    }
    checkCharacters(kind, key, segment);
  }

  private static void checkCharacters(String kind, String key, String segment) {
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '-';
      if (!allowed) {
        throw refused(kind, key, "character U+%04X is not allowed".formatted((int) c));
      }
    }
  }

  private static IllegalArgumentException refused(String kind, String key, String why) {
    return new IllegalArgumentException(kind + " '" + key + "': " + why);
  }
}
