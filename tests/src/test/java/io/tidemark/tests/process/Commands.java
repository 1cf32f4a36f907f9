package io.tidemark.tests.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Commands that a test runs and that have to succeed.
final class Commands {
  private static final long LIMIT_SECONDS = 240;

  private Commands() {}

  /// Runs `command` to its end; what it printed is in the exception if it fails.
  static void run(List<String> command) throws IOException, InterruptedException {
    // A file, because what the command leaves running would keep a pipe open.
    Path output = Files.createTempFile("command", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " does not end:\n" + Files.readString(output));
      }
      if (process.exitValue() != 0) {
        throw new IOException(command + " failed:\n" + Files.readString(output));
      }
    } finally {
      Files.delete(output);
    }
  }
}
