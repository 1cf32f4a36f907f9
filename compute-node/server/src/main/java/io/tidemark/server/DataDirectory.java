package io.tidemark.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The directory that holds everything a `dev` process keeps, locked for as long as it is open.
///
/// | name | what | may be deleted while stopped |
/// | --- | --- | --- |
/// | `format` | layout version of this directory, as text | no |
/// | `lock` | pid of the process that has it open | yes |
/// | `log/` | the redo log | no |
/// | `objects/` | the object store: layers and manifests | no |
/// | `tls/` | the generated certificate and key | yes: new ones are generated |
public final class DataDirectory implements AutoCloseable {
  private static final String FORMAT = "tidemark dev 1";

  private final Path root;
  private final FileChannel lockFile;

  private DataDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /// Creates the directory if it is absent, and locks it.
  ///
  /// @throws StartupFailure if it is not usable, holds something else, or another process has it
  public static DataDirectory open(Path root) throws StartupFailure {
    Path path = root.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
      checkFormat(path);
      return new DataDirectory(path, lock(path));
    } catch (AccessDeniedException e) {
      throw new StartupFailure(
          "data directory " + path + " cannot be read and written by this user", e);
    } catch (IOException e) {
      throw new StartupFailure("data directory " + path + " cannot be used: " + reason(e), e);
    }
  }

  /// Checks that the directory holds a database of this layout, without locking it.
  public static void checkExists(Path root) throws StartupFailure {
    Path path = root.toAbsolutePath().normalize();
    if (!Files.isRegularFile(path.resolve("format"))) {
      throw new StartupFailure(path + " is not a data directory of Tidemark");
    }
  }

  private static void checkFormat(Path path) throws IOException, StartupFailure {
    Path format = path.resolve("format");
    if (Files.exists(format)) {
      String found = Files.readString(format).strip();
      if (!found.equals(FORMAT)) {
        throw new StartupFailure(
            "data directory %s has format '%s', this version reads '%s'"
                .formatted(path, found, FORMAT));
      }
      return;
    }
    try (var entries = Files.list(path)) {
      Optional<Path> foreign =
          entries.filter(entry -> !entry.getFileName().toString().equals("lost+found")).findAny();
      if (foreign.isPresent()) {
        throw new StartupFailure(
            "data directory %s is not empty and holds no Tidemark data (found %s)"
                .formatted(path, foreign.get().getFileName()));
      }
    }
    Path fresh = path.resolve("format.new");
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      channel.write(StandardCharsets.UTF_8.encode(FORMAT + "\n"));
      channel.force(true);
    }
    Files.move(fresh, format);
    try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private static FileChannel lock(Path path) throws IOException, StartupFailure {
    FileChannel channel =
        FileChannel.open(
            path.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    @Nullable FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      String owner = Files.readString(path.resolve("lock")).strip();
      channel.close();
      throw new StartupFailure(
          "data directory %s is in use by another Tidemark process%s"
              .formatted(path, owner.isEmpty() ? "" : " (pid " + owner + ")"));
    }
    channel.truncate(0);
    channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
    return channel;
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  public Path root() {
    return root;
  }

  public Path log() {
    return root.resolve("log");
  }

  public Path objects() {
    return root.resolve("objects");
  }

  public Path tls() {
    return root.resolve("tls");
  }

  /// Releases the lock; what is in the directory stays.
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      // The process is ending and the kernel releases the lock with it.
      System.getLogger(DataDirectory.class.getName())
          .log(System.Logger.Level.WARNING, "lock of " + root + " was not released cleanly", e);
    }
  }
}
