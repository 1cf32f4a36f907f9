package io.tidemark.server.cluster;

import io.tidemark.server.StartupFailure;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/// A properties file that people may read and change.
final class SettingsFile {
  private SettingsFile() {}

  /// What is in `file`; nothing if it is not there.
  static Map<String, String> read(Path file) throws StartupFailure {
    Map<String, String> settings = new LinkedHashMap<>();
    if (!Files.exists(file)) {
      return settings;
    }
    Properties read = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      read.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new StartupFailure(file + " cannot be read: " + e.getMessage(), e);
    }
    read.stringPropertyNames().forEach(key -> settings.put(key, read.getProperty(key)));
    return settings;
  }

  /// Writes `file` anew, whole or not at all.
  static void write(Path file, String comment, Map<String, String> settings) throws IOException {
    StringBuilder text = new StringBuilder("# ").append(comment).append('\n');
    settings.forEach((key, value) ->
        text.append(key).append('=').append(value.replace("\\", "\\\\")).append('\n'));
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
