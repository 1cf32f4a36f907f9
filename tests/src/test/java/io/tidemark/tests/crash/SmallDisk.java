package io.tidemark.tests.crash;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/// A file system of its own, of a few hundred MiB, that a test may fill. Needs the right to mount;
/// where there is none the test is skipped, and says so. Confined to the test's thread.
final class SmallDisk implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path directory;

  private SmallDisk(Path directory) {
    this.directory = directory;
  }

  static SmallDisk mount(Path directory, int mebibytes) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    String failure;
    try {
      failure =
          run(
              "mount",
              "-t",
              "tmpfs",
              "-o",
              "size=" + mebibytes + "m",
              "tidemark-test",
              directory.toString());
    } catch (IOException e) {
      failure = e.getMessage();
    }
    if (!failure.isEmpty()) {
      String skipped = "skipped: no file system can be mounted here: " + failure;
      System.out.println(skipped);
      Assumptions.abort(skipped);
    }
    return new SmallDisk(directory);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? "" : String.join(" ", command) + ": " + output.strip();
  }

  Path directory() {
    return directory;
  }

  /// Takes all the space that is left; [#empty] gives it back.
  void fill() throws IOException {
    byte[] chunk = new byte[CHUNK_BYTES];
    Arrays.fill(chunk, (byte) 1);
    try (OutputStream out = Files.newOutputStream(filler())) {
      int bytes = CHUNK_BYTES;
      while (bytes > 0) {
        try {
          out.write(chunk, 0, bytes);
        } catch (IOException e) {
          // Full: what is left is less than that.
          bytes /= 2;
        }
      }
    }
  }

  void empty() throws IOException {
    Files.delete(filler());
  }

  private Path filler() {
    return directory.resolve("filler");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    String failure = run("umount", directory.toString());
    if (!failure.isEmpty()) {
      throw new IOException(failure);
    }
  }
}
