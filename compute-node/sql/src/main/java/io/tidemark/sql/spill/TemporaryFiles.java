package io.tidemark.sql.spill;

import java.io.IOException;
import java.nio.file.Path;

/// Where temporary files come from. Thread-safe.
@FunctionalInterface
public interface TemporaryFiles {
  TemporaryFile create() throws IOException;

  /// Files in a directory.
  static TemporaryFiles in(Path directory) {
    return () -> DirectoryFile.create(directory);
  }
}
